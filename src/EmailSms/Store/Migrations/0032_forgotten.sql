-- What the numbers of people who were erased are hashed with, so that their opt-outs still hold.
create table person_key (
    id         integer primary key,
    key        blob not null,
    created_ms integer not null
);
