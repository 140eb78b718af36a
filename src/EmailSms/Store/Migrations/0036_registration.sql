-- What a number of ours is registered as (JSON), and what an SMS tells its carrier of that.
alter table own_number add column registration text not null default '{}';
alter table sms add column registration text;
