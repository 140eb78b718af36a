-- The network that a phone is in, as a carrier told it last. Numbers are ported, so it is not kept for long.
create table phone_network (
    number  text primary key,
    network text not null,
    carrier text not null,
    told_ms integer not null
) without rowid;
create index phone_network_told on phone_network (told_ms);
