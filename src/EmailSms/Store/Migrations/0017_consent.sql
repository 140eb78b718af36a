-- What people agreed to, and how that is known. A record stays when it is withdrawn.
create table consent (
    id            integer primary key autoincrement,
    number        text not null,
    purpose       text not null,
    given_ms      integer not null,
    method        text not null,
    source        text,
    shown         text,
    evidence      text,
    withdrawn_ms  integer,
    withdrawn_how text
);
create index consent_number on consent (number, purpose);
