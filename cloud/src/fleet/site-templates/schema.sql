-- Tables of fleet/site-templates. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A site's choices under a name: what new sites begin with. It stays as it is when that site changes.
create table site_templates (
  provider_id text not null references providers,
  template_id text not null,
  name text not null,
  region text,
  district text,
  interim_seconds bigint not null,
  auto_log_in boolean not null,
  -- Of its set-up, with the names of that router's ports.
  choices jsonb, -- type SetUpChoices from "@karibu/protocol/router/set-up-choices", fixed
  made_at_ms bigint not null,
  primary key (provider_id, template_id)
);
create unique index site_templates_name on site_templates (provider_id, lower(name));
select karibu_guard('site_templates');
