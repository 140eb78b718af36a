-- Mails that were seen in mailboxes of others: each is an SMS, a refusal or left alone once, whatever crashes.
create table fetched_mail (
    source   text not null,    -- protocol, user, host and folder: where the uid means something
    validity integer not null, -- UIDVALIDITY (RFC 9051 2.3.1.1); 0 for POP3
    uid      text not null,    -- UID, or what UIDL says
    seen_ms  integer not null,
    outcome  text not null,    -- taken, refused, old
    reason   text,
    mail_id  text,
    settled  integer not null, -- 1: it was moved, flagged or deleted as the setting has it
    primary key (source, validity, uid)
) without rowid;
