-- Carriers write an id in two ways, so it is looked up under its letters alone: capitals, no zeros in front.
alter table submission add column match_key text not null default '';
update submission set match_key = ltrim(upper(carrier_id), '0');
update submission set match_key = '0' where match_key = '' and carrier_id <> '';
drop index submission_carrier_id;
create index submission_match_key on submission (carrier, match_key, id);

-- The carrier that an SMS is being handed to, where its fate must not be guessed after a crash; null otherwise.
alter table sms add column submitting text;
create index sms_held on sms (expires_ms) where state = 'held';

-- What was told to wait, until it is told to go on: 'all', 'carrier:name' or 'rule:id'.
create table pause (
    scope    text primary key,
    since_ms integer not null,
    by_whom  text not null,
    reason   text,
    unbind   integer not null default 0
) without rowid;
