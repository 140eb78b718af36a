-- What a rule says of opt-outs, consent, hours and registrations: JSON; a field that is not there has its default.
alter table sender_rule add column compliance text not null default '{}';

-- When a keyword was answered last, so that nobody is answered twice within a window.
create table keyword_answer (
    number  text not null,
    own     text not null,
    keyword text not null,
    at_ms   integer not null,
    primary key (number, own, keyword)
) without rowid;
