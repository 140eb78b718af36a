-- The carriers that it waits for, a space before and after each. waits_for is 'carrier' where none of them takes SMS,
-- and 'lane' where the one there is has enough of them in memory.
alter table sms add column waits_on text;
create index sms_waits_on on sms (waits_on, priority, due_ms, id) where waits_on is not null;

-- The carrier that may have sent it, or that has some of its parts: no other gets it.
alter table sms add column stays_with text;

-- The carrier that owns the number: what shows it goes out there.
alter table own_number add column carrier text;
