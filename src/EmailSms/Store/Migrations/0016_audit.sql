-- What was changed, by whom: appended to. Each row's hash is over its own fields, the hash of its content and the hash
-- of the row before; a content that had to be erased takes its salt along, and the chain still holds.
create table audit (
    id           integer primary key,
    at_ms        integer not null,
    actor        text not null,
    action       text not null,
    subject      text,
    old_value    text,
    new_value    text,
    salt         text,
    content_hash text not null,
    prev_hash    text not null,
    hash         text not null
);
create index audit_subject on audit (subject) where subject is not null;
