-- What lists are read by, so that their pages cost the same however much stands behind them.

-- A session whose start the hub has not heard of stands where the hub heard of it first.
create index sessions_newest on sessions
  (provider_id, (coalesce(started_at_ms, received_at_ms)) desc, session_key desc, site_id desc);
create index grants_newest on grants (provider_id, created_at_ms desc, grant_id desc, site_id desc);
create index grant_starts_newest on grant_starts (provider_id, started_at_ms desc, grant_id desc, site_id desc);
