-- How many submissions an SMS is at its carrier, each with receipts of its own; null: one a part. A carrier over HTTP
-- cuts the text itself.
alter table sms add column submissions integer;

-- Attempts that may have sent it, and what receipt speaks of it by our own id before its submission is known.
alter table sms add column uncertain integer not null default 0;
alter table submission add column about text;
create index submission_about on submission (about) where about is not null and sms_id is null;

-- The carrier's own id of a text: the same one comes again for a day.
alter table inbound add column carrier_id text;
create index inbound_carrier_id on inbound (carrier, carrier_id) where carrier_id is not null;

-- What carriers said at hooks, read and not yet taken further.
create table webhook (
    id          integer primary key autoincrement,
    carrier     text not null,
    received_ms integer not null,
    item        text not null,
    attempts    integer not null default 0,
    due_ms      integer not null,
    error       text
);
create index webhook_due on webhook (due_ms);

-- What the tokens in the addresses of hooks are made with.
create table webhook_key (
    id         integer primary key,
    key        blob not null,
    created_ms integer not null
);
