-- Under which keys there are texts: a known value sealed with each, so that a wrong key is told from a right one.
create table text_key (
    id         text primary key,
    proof      text not null,
    created_ms integer not null
) without rowid;

-- What the hashes of texts are made with while texts are sealed, itself sealed.
create table text_secret (
    id         integer primary key,
    secret     blob not null,
    created_ms integer not null
);
