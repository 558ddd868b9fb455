-- What a customer reads about themselves on their own page, by index.
create index usage_days_grant on usage_days (provider_id, grant_id collate "C", day) where grant_id is not null;
create index receipts_party on receipts (provider_id, party, booked_at_ms desc) where party is not null;
create index invoices_party on invoices (provider_id, party, number desc) where party is not null;
