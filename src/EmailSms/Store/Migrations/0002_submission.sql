-- Accounts that may submit mail with AUTH. The credential checks a password and is none (RFC 5802 3).
create table smtp_user (
    name        text primary key,
    credential  text not null,
    send_as     text not null,
    is_enabled  integer not null default 1,
    created_ms  integer not null,
    password_ms integer not null,
    note        text
) without rowid;

-- A rule may demand an account, a listener, or both, beside its networks or instead of them (empty networks).
alter table sender_rule add column smtp_user text;
alter table sender_rule add column listener text;

-- How a mail came in, and what its sender wants to hear of it (RFC 3461).
alter table mail add column smtp_user text;
alter table mail add column listener text;
alter table mail add column envelope_id text;
alter table mail add column dsn_return text;
alter table sms add column dsn_notify text;
alter table sms add column original_recipient text;
