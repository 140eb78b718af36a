-- While it is not sure that a carrier heard our yes to a text: what the text is known by when it comes again.
alter table inbound add column unanswered text;
create index inbound_unanswered on inbound (unanswered) where unanswered is not null;
