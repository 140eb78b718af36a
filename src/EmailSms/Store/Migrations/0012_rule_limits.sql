-- A rule may be matched by the From header instead of the envelope, and only for recipients that are written so.
alter table sender_rule add column match_header integer not null default 0;
alter table sender_rule add column recipient_pattern text;

-- What a rule gives besides, and what it bounds: JSON, in words; a field that is not there has its default.
alter table sender_rule add column sending text not null default '{}';
alter table sender_rule add column limits text not null default '{}';
create index sender_rule_header on sender_rule (sender) where match_header = 1;

-- Rises with every change of a rule, whoever makes it: rules that were read are good until it does.
create table sender_rule_version (version integer not null);
insert into sender_rule_version (version) values (1);
create trigger sender_rule_added after insert on sender_rule
begin
    update sender_rule_version set version = version + 1;
end;
create trigger sender_rule_changed after update on sender_rule
begin
    update sender_rule_version set version = version + 1;
end;
create trigger sender_rule_removed after delete on sender_rule
begin
    update sender_rule_version set version = version + 1;
end;
