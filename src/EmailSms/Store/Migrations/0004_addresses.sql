-- What a sender may ask for in an address, and the numbers that a rule opens besides those of subscribers.
alter table sender_rule add column name text;
alter table sender_rule add column options text not null default '';
alter table sender_rule add column number_types text not null default '';
alter table sender_rule add column token_hash text;
alter table sender_rule add column time_zone text;
create unique index sender_rule_name on sender_rule (name) where name is not null;

-- How an SMS is carried and shown, and its lane: 1 overtakes 0.
alter table sms add column class text not null default 'normal';
alter table sms add column priority integer not null default 0;
drop index sms_due;
create index sms_due on sms (priority, due_ms, id) where state = 'queued' and leased_by is null;
