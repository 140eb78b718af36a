-- Fates that are to be told with others of the same mail, or of the same hour or day.
create table notice (
    id       integer primary key autoincrement,
    sms_id   text not null,
    together text not null,
    mailbox  text not null,
    fate     text not null,
    code     text,
    status   text,
    sentence text,
    at_ms    integer not null,
    due_ms   integer not null
);
create index notice_due on notice (due_ms);
create index notice_together on notice (together);

-- When it is looked at again whether an SMS has been silent for too long, and whether each fate is a mail of its own.
alter table sms add column look_ms integer;
alter table sms add column tell_each integer not null default 0;
create index sms_look on sms (look_ms) where look_ms is not null;
