-- Tables of fleet/set-up. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- From one pasted line to a selling site. A row for each site that was ever set up so: the newest set-up alone.
create table site_set_ups (
  provider_id text not null,
  site_id text not null,
  token_hash text not null, -- SHA-256, hex
  token_expires_at_ms bigint not null,
  begun_at_ms bigint not null,
  template jsonb, -- type SetUpChoices from "@karibu/protocol/router/set-up-choices"; choices of another site, to begin with
  serial text, -- The router that showed the token first. To all others it is dead.
  public_key text, -- WireGuard's, made on the router
  resume_hash text, -- SHA-256, hex
  claimed_at_ms bigint,
  other_router_at_ms bigint, -- another one showed the token
  facts jsonb, -- type RouterFacts from "@karibu/protocol/router/router-facts"; hostile text
  facts_at_ms bigint,
  chosen_at_ms bigint,
  cancelled_at_ms bigint,
  steps jsonb not null default '{}', -- type StepStates from "./report-policy.ts"; by step: state, problem, detail (hostile text), time
  image_sent_bytes bigint not null default 0,
  image_bytes bigint,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create unique index site_set_ups_token on site_set_ups (token_hash);
create unique index site_set_ups_resume on site_set_ups (resume_hash) where resume_hash is not null;
select karibu_guard('site_set_ups');

-- What a site's scripts are rendered from, at any time: the router's facts, a person's choices, and the secrets that both ends share.
create table site_scripts (
  provider_id text not null,
  site_id text not null,
  serial text not null, -- another router gets other secrets
  facts jsonb not null, -- type RouterFacts from "@karibu/protocol/router/router-facts"
  choices jsonb not null, -- type SetUpChoices from "@karibu/protocol/router/set-up-choices"
  enrol_token_sealed bytea not null,
  radius_secret_sealed bytea not null,
  api_password_sealed bytea not null,
  made_at_ms bigint not null,
  -- The password of the router's own binary back-ups: known to the router and the hub, never to the agent. Null: its set-up is older.
  back_up_key_sealed bytea,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_scripts');
