-- A bought grant that is long over is deleted from its site's feed. It stays here: books and pages show it as before.
-- Null: it is in the feed of the site that holds it.
alter table grants add column retired_at_ms bigint;
-- The same of what a site reported: null means that a grant with this start may still have to be deleted there.
alter table grant_starts add column retired_at_ms bigint;
alter table grant_leases add column retired_at_ms bigint;

create index grants_over on grants (provider_id, site_id, (least((terms->>'validUntilMs')::bigint, revoked_at_ms)))
  where retired_at_ms is null and least((terms->>'validUntilMs')::bigint, revoked_at_ms) is not null;
create index grant_starts_over on grant_starts (provider_id, site_id, ends_at_ms)
  where retired_at_ms is null and origin = 'purchase' and not bridge and ends_at_ms is not null;
create index grant_starts_endless on grant_starts (provider_id, site_id, started_at_ms)
  where retired_at_ms is null and origin = 'purchase' and not bridge and ends_at_ms is null;
create index grant_leases_held on grant_leases (provider_id, site_id) where retired_at_ms is null;
