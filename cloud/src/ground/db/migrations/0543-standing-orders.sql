-- A customer who has a standing order at M-Pesa (Ratiba) pays by it: no phone is asked, and nobody is reminded before the date.
alter table subscriptions add column standing_order boolean not null default false;
