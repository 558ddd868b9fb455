-- The hourly limit of unverified money reads what opened within the hour, and not every payment that was never proved. Nothing looked them up by
-- when they were sent.
drop index intents_uncorroborated;
create index intents_unverified on intents (provider_id, currency, changed_at_ms) include (amount_cents)
  where state = 'paid' and not corroborated;
