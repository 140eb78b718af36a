-- The carriers that an SMS may take, a space before and after each name; null: all of them.
alter table sms add column carriers text;

-- What it waits for besides its time: 'rule', which is paused, or 'carrier', all of those above being away.
alter table sms add column waits_for text;
drop index sms_due;
create index sms_due on sms (priority, due_ms, id)
 where state = 'queued' and leased_by is null and waits_for is null;
create index sms_waiting on sms (waits_for, rule_id) where waits_for is not null;

-- Countries that were texted: 'open', or 'asked' while the first SMS to one waits for an admin.
create table country (
    region   text primary key,
    state    text not null,
    since_ms integer not null,
    rule_id  integer
) without rowid;

-- The numbers of a block of a hundred that a sender texted lately, a bit for each.
create table number_block (
    sender  text not null,
    block   text not null,
    seen    text not null,
    ends_ms integer not null,
    primary key (sender, block)
) without rowid;
create index number_block_ends on number_block (ends_ms);
