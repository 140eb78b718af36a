-- What SMS cost is summed up by month, and a month is a small part of all submissions.
create index submission_created on submission (created_ms);
