-- Ids are UUIDv7 in text, so that they sort by time. Times are UTC, unix milliseconds. Numbers are E.164 with +.

-- One accepted mail: its envelope, and who let it in by what proof.
create table mail (
    id            text primary key,
    accepted_ms   integer not null,
    envelope_from text not null,
    message_id    text,
    subject       text not null,
    rule_id       integer not null,
    proof         text not null,
    client        text not null,
    size_bytes    integer not null
) without rowid;
create index mail_message_id on mail (message_id, accepted_ms) where message_id is not null;

-- One SMS to one number, whatever its number of parts.
create table sms (
    id              text primary key,
    mail_id         text,
    created_ms      integer not null,
    recipient       text not null,
    sender_id       text not null,
    mailbox         text not null,
    body            text not null,
    encoding        text not null,
    parts           integer not null,
    reference       integer not null,
    rule_id         integer,
    notices         text not null,
    state           text not null,
    state_ms        integer not null,
    reason          text,
    carrier         text,
    due_ms          integer not null,
    expires_ms      integer not null,
    attempts        integer not null default 0,
    leased_by       text,
    despite_opt_out integer not null default 0
) without rowid;
create index sms_due on sms (due_ms, id) where state = 'queued' and leased_by is null;
create index sms_expiry on sms (expires_ms) where state = 'queued' and leased_by is null;
create index sms_leased on sms (leased_by) where leased_by is not null;
create index sms_recipient on sms (recipient, id);
create index sms_mailbox on sms (lower(mailbox), id);
create index sms_mail on sms (mail_id, recipient) where mail_id is not null;

-- One submit_sm or HTTP send that a carrier acknowledged, or a receipt that came before its acknowledgement and waits
-- here without an SMS: either side may write the row first. Carriers reuse their ids, so these are not unique.
create table submission (
    id           integer primary key,
    sms_id       text,
    part         integer,
    carrier      text not null,
    carrier_id   text not null,
    state        text not null,
    error        text,
    raw          text,
    source       text,
    created_ms   integer not null,
    state_ms     integer not null
);
create index submission_carrier_id on submission (carrier, carrier_id, id);
create index submission_sms on submission (sms_id, part) where sms_id is not null;

-- The timeline: appended to, never changed.
create table event (
    id     integer primary key autoincrement,
    sms_id text not null,
    at_ms  integer not null,
    kind   text not null,
    detail text not null
);
create index event_sms on event (sms_id, id);

-- What phones sent: whole texts, and parts that wait for their siblings.
create table inbound (
    id          text primary key,
    kind        text not null,
    state       text not null,
    carrier     text not null,
    received_ms integer not null,
    source      text not null,
    destination text not null,
    body        text not null,
    part_key    text,
    part        integer,
    total       integer,
    sms_id      text,
    mailbox     text,
    reason      text
) without rowid;
create index inbound_waiting on inbound (kind, received_ms) where state = 'waiting';
create index inbound_parts on inbound (part_key, part) where kind = 'part' and state = 'waiting';
create index inbound_source on inbound (source, received_ms);

-- Who talks with whom: our number, theirs, and the mailbox that writes.
create table conversation (
    id          text primary key,
    own         text not null,
    their       text not null,
    mailbox     text not null,
    created_ms  integer not null,
    last_ms     integer not null,
    last_sms_id text,
    message_ids text not null,
    unique (their, own, mailbox)
) without rowid;
create index conversation_latest on conversation (their, last_ms);

create table own_number (
    number     text primary key,
    owner      text,
    is_default integer not null default 0,
    created_ms integer not null
) without rowid;

-- Mail waiting to be sent by MailOut.
create table outbox (
    id         text primary key,
    kind       text not null,
    state      text not null,
    created_ms integer not null,
    due_ms     integer not null,
    expires_ms integer not null,
    attempts   integer not null default 0,
    mail_from  text not null,
    rcpt_to    text not null,
    content    blob not null,
    sms_id     text,
    error      text
) without rowid;
create index outbox_due on outbox (due_ms, id) where state = 'queued';

-- The white-list: closed until a rule opens it.
create table sender_rule (
    id             integer primary key autoincrement,
    priority       integer not null,
    sender         text not null,
    networks       text not null,
    destinations   text not null,
    notices        text not null,
    sender_id      text,
    default_region text,
    parts_max      integer not null,
    validity_ms    integer not null,
    recipients_max integer not null,
    created_ms     integer not null,
    note           text
);
create index sender_rule_sender on sender_rule (sender);

create table opt_out (
    number     text not null,
    scope      text not null,
    since_ms   integer not null,
    word       text not null,
    inbound_id text,
    primary key (number, scope)
) without rowid;
