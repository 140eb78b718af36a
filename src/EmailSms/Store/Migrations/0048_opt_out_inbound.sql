-- Which other number a STOP was for: START takes both back, and must not read all who ever opted out.
create index opt_out_inbound on opt_out (inbound_id) where inbound_id is not null;
