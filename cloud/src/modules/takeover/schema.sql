-- Tables of modules/takeover. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What was taken over from another system, and how far it is.
create table takeovers (
  provider_id text not null references providers,
  takeover_id text not null,
  site_id text not null,
  source text not null, -- type Source from "./foreign-book.ts"
  state text not null check (state in ('applied', 'switched', 'withdrawn')),
  totals jsonb not null, -- type TakeoverTotal from "./listing.ts", fixed
  plan_ids jsonb not null, -- type string[], fixed; plans that were made for it
  utc_offset_minutes integer not null,
  started_by text not null,
  created_at_ms bigint not null,
  switched_at_ms bigint,
  back_until_ms bigint, -- until then it can be switched back
  ended_at_ms bigint,
  -- What the shadow run had said, and the reason that was given, when it was switched.
  readiness jsonb, -- type Readiness from "./readiness.ts"
  -- When the site said that a switch was done. Until then the hub asks again: it may still be refused.
  settled_at_ms bigint,
  settle_asked_at_ms bigint, -- when it asked last
  -- A withdrawal is being tried. It is over by then, also where its hub died meanwhile.
  withdrawing_until_ms bigint,
  withdrawing_off jsonb, -- type string[]; batches that it has switched off: they work again when it fails
  -- What the site was told of the shadow run: that it runs, or that it rests while this module is off. Null: there is none.
  shadow text check (shadow in ('runs', 'rests')),
  primary key (provider_id, takeover_id),
  foreign key (provider_id, site_id) references sites
);
create index takeovers_newest on takeovers (provider_id, created_at_ms desc, takeover_id desc);
create unique index takeovers_open on takeovers (provider_id, site_id) where state = 'applied' or state = 'switched';
select karibu_guard('takeovers');
