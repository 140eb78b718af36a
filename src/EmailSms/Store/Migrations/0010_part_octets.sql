-- A part of a text as it came, until its siblings are here: what a sender cut in two can be read only with both halves.
alter table inbound add column octets blob;
alter table inbound add column octets_coding integer;
