-- What tells a mail that comes again: its Message-ID, or what it says and when. Null: it has no such name.
alter table mail add column repeat_key text;
update mail set repeat_key = message_id;
drop index mail_message_id;
create index mail_repeat_key on mail (repeat_key, accepted_ms) where repeat_key is not null;
