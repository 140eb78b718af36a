-- What was used of a limit in the window that ends then; a row whose time is over counts nothing. Parts of SMS, or
-- millionths of the currency. Told: the percentage of a budget that the admin has heard of.
create table quota (
    scope   text not null,
    unit    text not null,
    ends_ms integer not null,
    used    integer not null,
    told    integer not null default 0,
    primary key (scope, unit)
) without rowid;
create index quota_ends on quota (ends_ms);
