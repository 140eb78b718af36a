-- A mail that waits in its mailbox has a row, too, with the outcome "waits": what it was told, and which of its
-- recipients are settled, so that the others are asked for again and these are not.
alter table fetched_mail add column recipients integer; -- 64 bits of a hash of all of them: whether they are the same
alter table fetched_mail add column done text;          -- the places of those that are settled, such as "0 2"
