-- Tables of modules/push. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- The hub's own key pair for web push (RFC 8292): made once. With another one every browser would have to subscribe again. No tenant: only
-- the platform's role reads it.
create table push_keys (
  only_row boolean primary key default true check (only_row),
  public_key bytea not null, -- 65 bytes, a point of P-256
  private_sealed bytea not null,
  made_at_ms bigint not null
);
grant select, insert, update on push_keys to karibu_platform;

-- Browsers that show alarms. Each belongs to the log-in that it was switched on in, and goes with it: by log-out, by a new password, by the
-- person's account being switched off.
create table push_subscriptions (
  provider_id text not null references providers,
  login_id text not null,
  user_id text not null,
  service text not null, -- whose push service: `push-services.ts`
  address_sealed bytea not null, -- whoever has it can send to the browser
  keys_sealed bytea not null,
  created_at_ms bigint not null,
  -- What a browser shows is written in the language that its person reads the console in. Null: told by a console that did not say it yet.
  locale text check (locale in ('en', 'sw')),
  primary key (provider_id, login_id),
  foreign key (provider_id, login_id) references logins on delete cascade
);
create index push_subscriptions_of on push_subscriptions (provider_id, user_id);
select karibu_guard('push_subscriptions');

-- One push message to one browser: its sealed body, its tries, and what the push service said.
create table push_deliveries (
  provider_id text not null references providers,
  delivery_id text not null,
  login_id text not null, -- its subscription, which may be gone by now
  body_sealed bytea not null,
  topic text not null, -- a newer one of the same topic takes the place of one that has not arrived
  is_urgent boolean not null,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  tries integer not null default 0,
  status integer, -- of the last answer
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, delivery_id)
);
create index push_deliveries_newest on push_deliveries (provider_id, created_at_ms desc);
select karibu_guard('push_deliveries');
