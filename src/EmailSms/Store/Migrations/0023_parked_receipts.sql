-- Receipts that wait for their submission are few among all submissions, and are looked for once an hour.
create index submission_parked on submission (id) where sms_id is null;
