-- Which mail of the outbox carries the text: what never leaves says so itself, with or without a bounce address.
alter table reply_mail add column outbox_id text;
update reply_mail
   set outbox_id = (select id from outbox
                     where state = 'queued' and mail_from like 'bounce+' || reply_mail.token || '@%');
create index reply_mail_outbox on reply_mail (outbox_id) where outbox_id is not null;
