-- A hash of the text, so that the same words to the same phone are found without reading all others.
alter table sms add column text_hash integer;
create index sms_text_hash on sms (recipient, text_hash, created_ms) where text_hash is not null;

-- A digest collects the SMS of a storm: how many it stands for, and for each of them, in which one it is.
alter table sms add column collects integer not null default 0;
alter table sms add column collected_by text;
create index sms_collected on sms (collected_by, id) where collected_by is not null;
create index sms_digest on sms (recipient, rule_id) where collects > 0 and state = 'queued';

-- Off where they are 0.
alter table sender_rule add column same_text_ms integer not null default 0;
alter table sender_rule add column storm_max integer not null default 0;
alter table sender_rule add column storm_window_ms integer not null default 300000;
