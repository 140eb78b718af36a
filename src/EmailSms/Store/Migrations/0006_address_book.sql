-- The names that can stand in an address. They share one space, which the room that writes them keeps.
create table contact (
    name       text primary key,
    number     text not null,
    mailbox    text,
    time_zone  text,
    note       text,
    created_ms integer not null
) without rowid;
create index contact_number on contact (number);

-- Members are names of contacts and groups, and numbers, parted by spaces.
create table contact_group (
    name       text primary key,
    members    text not null,
    note       text,
    created_ms integer not null
) without rowid;

-- Who is on call: a weekly calendar and its overrides in the zone's own time, and the chain that is texted when nobody
-- answers. Lists are in the form in which the commands take them.
create table on_call (
    name       text primary key,
    owner      text not null,
    time_zone  text not null,
    wait_ms    integer not null,
    until      text not null,
    shifts     text not null,
    overrides  text not null,
    chain      text not null,
    note       text,
    created_ms integer not null
) without rowid;

-- One alarm on its way along a chain. People are those of the moment at which the mail was accepted.
create table escalation (
    id         text primary key,
    on_call    text not null,
    owner      text not null,
    state      text not null,
    state_ms   integer not null,
    until      text not null,
    wait_ms    integer not null,
    people     text not null,
    step       integer not null,
    due_ms     integer not null,
    template   text not null,
    acked_by   text,
    created_ms integer not null
) without rowid;
create index escalation_due on escalation (due_ms) where state = 'open';

create table escalation_sms (
    sms_id        text primary key,
    escalation_id text not null,
    step          integer not null,
    recipient     text not null
) without rowid;
create index escalation_sms_escalation on escalation_sms (escalation_id, step);
create index escalation_sms_recipient on escalation_sms (recipient, sms_id);
