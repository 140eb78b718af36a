-- The latest refresh token of an account at a smart host: an authority may give a new one for every old one.
create table mail_token (
    account       text primary key,
    refresh_token text not null
) without rowid;

-- Which mail carries which text to whom, by the word in its bounce address; and whether that mailbox is dead.
create table reply_mail (
    token      text primary key,
    inbound_id text not null,
    mailbox    text not null,
    created_ms integer not null,
    dead_ms    integer
) without rowid;
create index reply_mail_inbound on reply_mail (inbound_id);
create index reply_mail_created on reply_mail (created_ms);
