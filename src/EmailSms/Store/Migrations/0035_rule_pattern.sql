-- Which rules there are for whom is read from this alone; the rules themselves by their id.
drop index sender_rule_sender;
drop index sender_rule_header;
create index sender_rule_pattern on sender_rule (sender, match_header);
