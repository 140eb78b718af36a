-- What proves the sender to a rule, one of several being enough: words; empty for what the rule names being so. And
-- whether other domains of the author's organization count for DKIM and DMARC.
alter table sender_rule add column proofs text not null default '';
alter table sender_rule add column is_relaxed integer not null default 0;
