-- How much a provider believes on the word of callbacks alone, in an hour, minor units. Null: the hub's default.
alter table money_settings add column unverified_cents_max bigint check (unverified_cents_max >= 0);

-- Pushed money above that limit was kept without a receipt. It is judged once more, and is in the books then.
update evidence set state = 'new', outcome = null
  where state = 'parked' and outcome = 'asked first: too much is unverified';
