-- Lines of the timeline with a receipt in them, which repeats the text, or sealed for that reason: an earlier version
-- wrote them, and they are written anew without it when texts of their time are forgotten. New lines are never in it.
create index event_receipt on event (id) where (instr(detail, '{') <> 1 or instr(detail, '"raw":') > 0);

-- A receipt that waits for its submission may say that the person opted out, and of whom is known with the submission.
alter table submission add column opts_out integer;
