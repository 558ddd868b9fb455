-- What is pending, for lists and the alarm: few rows, because proof takes them away.
create index intents_pending on intents (provider_id, channel_id, changed_at_ms) where pending_cents > 0;
create index receipts_loose_told on receipts (provider_id, channel_id, booked_at_ms)
  where proved_by is null and state in ('credit', 'suspense');
