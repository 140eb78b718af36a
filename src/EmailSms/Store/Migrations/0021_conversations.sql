-- A conversation can be closed, and has a word of its own by which an address names it.
alter table conversation add column closed_ms integer;
alter table conversation add column chosen_ms integer;
alter table conversation add column token text;
create unique index conversation_token on conversation (token) where token is not null;
create index conversation_mailbox on conversation (mailbox, last_ms);
create index conversation_recent on conversation (last_ms);

-- Which conversation a text belongs to; several have it where it went to several mailboxes.
create table inbound_conversation (
    inbound_id      text not null,
    conversation_id text not null,
    primary key (conversation_id, inbound_id)
) without rowid;

-- Words by which a text on one of our numbers finds its mailbox; the number * stands for all of them.
create table own_keyword (
    number     text not null,
    word       text not null,
    mailbox    text not null,
    created_ms integer not null,
    primary key (number, word)
) without rowid;

-- A person was asked whom they meant. Their texts wait in inbound, as 'asking', until they say so.
create table reply_question (
    id       text primary key,
    own      text not null,
    their    text not null,
    choices  text not null,
    asked_ms integer not null,
    ended_ms integer,
    unique (their, own, asked_ms)
) without rowid;
create index reply_question_open on reply_question (asked_ms) where ended_ms is null;
create index inbound_asking on inbound (source, destination) where state = 'asking';
