-- The language of the mails that a rule's senders and a number's mailbox get; null: that of the settings.
alter table sender_rule add column mail_language text;
alter table own_number add column language text;
