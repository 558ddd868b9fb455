-- What a person has looked at leaves the review list; it stays where it is kept. (Surprises have had this column from the start.)
alter table evidence add column seen_at_ms bigint;
alter table payment_claims add column seen_at_ms bigint;
