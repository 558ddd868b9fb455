-- Tables of fleet/secret-rotation. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- New secrets between a site's router and its agent: of each site the newest change. The script's own secrets stay until the site has
-- proved that router and agent have the new ones.
create table site_secret_rotations (
  provider_id text not null,
  site_id text not null,
  rotation_id text not null,
  cause text not null, -- type RotationCause from "./rotation-policy.ts"; first-link, asked
  serial text not null, -- of the router; another one has secrets of its own
  radius_secret_sealed bytea, -- null: it is done
  api_password_sealed bytea,
  wanted_at_ms bigint not null,
  sent_at_ms bigint, -- the site may have them since then
  tries integer not null default 0,
  next_at_ms bigint, -- null: it waits for a person, or is done
  held_until_ms bigint not null default 0, -- a process asks the site at this moment
  problem text, -- type RotationProblem from "./rotation-policy.ts"; what came of the last try
  why text, -- hostile text
  done_at_ms bigint,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create index site_secret_rotations_due on site_secret_rotations (provider_id, next_at_ms) where next_at_ms is not null;
select karibu_guard('site_secret_rotations');
