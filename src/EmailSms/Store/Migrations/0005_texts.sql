-- How a sender's mails become texts: JSON, in words; a field that is not there has its default.
alter table sender_rule add column text_rules text not null default '{}';

-- Notices that this house's mail servers add, learned from sample mails and cut out of texts.
create table disclaimer (
    id         integer primary key autoincrement,
    created_ms integer not null,
    body       text not null
);
