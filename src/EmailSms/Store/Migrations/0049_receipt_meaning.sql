-- What the error of a receipt means is known when it comes, and told when its submission is known.
alter table submission add column meaning text;
alter table submission add column status text;

-- A mail about several SMS: those besides the first that hear of its end.
alter table outbox add column more_sms text;
