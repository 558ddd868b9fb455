-- A further router asks the hub for its secret, over https and with a key of its own. Its script has a key that is exchanged once.
alter table site_further_routers
  add column claim_hash text, -- SHA-256, hex: of the script that was downloaded last
  add column claim_until_ms bigint,
  add column fresh_key_hash text, -- given for the claim and not shown yet: until then the claim may be shown again
  add column own_key_hash text,
  add column heard_at_ms bigint, -- the router asked last
  add column secret_tried_at_ms bigint; -- the agent was told last: it is told anew with each link
create unique index site_further_routers_claim on site_further_routers (claim_hash) where claim_hash is not null;
create unique index site_further_routers_fresh on site_further_routers (fresh_key_hash) where fresh_key_hash is not null;
create unique index site_further_routers_own on site_further_routers (own_key_hash) where own_key_hash is not null;
-- From now on it stands while a change is wanted and not done.
update site_further_routers set secret_wanted_at_ms = null where secret_next_at_ms is null;
alter table site_further_routers drop column rotation_id;
