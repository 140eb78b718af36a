-- What a submission costs, in millionths: by our price list, and as its carrier says. The parts that it carries, and the
-- country that it goes to.
alter table submission add column parts integer;
alter table submission add column country text;
alter table submission add column price integer;
alter table submission add column currency text;
alter table submission add column real_price integer;
alter table submission add column real_currency text;
