-- Tables of catalogue/grants. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Rights to use that the hub itself made: bought ones. Vouchers, cash sales and accounts have their grants at the sites, and here only what became of
-- them (`grant_starts`). What becomes of one at its site is in the journal's tables.
create table grants (
  provider_id text not null references providers,
  grant_id text not null,
  site_id text not null,
  purchase_id text, -- null: a further one of a bundle (`bundle_purchase_id`), or the purchase is not known after a restore
  origin text not null check (origin = 'purchase'),
  plan_name text not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan", fixed
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"; null: sold over the counter to nobody by name, or to somebody who was erased before it was given back
  unverified boolean not null,
  created_at_ms bigint not null,
  revoked_at_ms bigint, -- null: it stands
  renews_grant_id text,
  -- The code that opens a bought grant like a voucher, at any device: given to cash sales at once, to others by staff. Null: none.
  code text,
  -- A bought grant that is long over is deleted from its site's feed, and stays here. Null: it is in the feed of the site that holds it.
  retired_at_ms bigint,
  -- What the hub needs to take the purchase up again after a restore, sealed as it goes to the site: also the payer's whole number. Null: it is
  -- of no purchase, or the person was erased.
  sold text,
  -- What a suspended customer bought is held back at its site until the customer is switched on again.
  suspended_at_ms bigint,
  -- One payment that gives several codes: the grants behind the further ones name it here. Its first grant names it in `purchase_id`.
  bundle_purchase_id text,
  -- A grant that the provider gave itself, to see a whole sale: it was never money, and stands in no book.
  is_test boolean not null default false,
  primary key (provider_id, grant_id),
  foreign key (provider_id, site_id) references sites
);
create unique index grants_purchase on grants (provider_id, purchase_id) where purchase_id is not null;
create index grants_phone on grants (provider_id, phone_hash, created_at_ms desc);
create index grants_newest on grants (provider_id, created_at_ms desc, grant_id desc, site_id desc);
create unique index grants_code on grants (provider_id, code) where code is not null;
create index grants_over on grants (provider_id, site_id, (least((terms->>'validUntilMs')::bigint, revoked_at_ms)))
  where retired_at_ms is null and least((terms->>'validUntilMs')::bigint, revoked_at_ms) is not null;
create index grants_bundle on grants (provider_id, bundle_purchase_id) where bundle_purchase_id is not null;
create index grants_test on grants (provider_id, created_at_ms desc) where is_test;
select karibu_guard('grants');
select karibu_open_to_booker('grants', 'select, insert');

-- First use of a grant at a site, whatever it was made from. The same grant at two sites is two rows, and shows.
create table grant_starts (
  provider_id text not null,
  grant_id text not null,
  site_id text not null,
  origin text not null, -- type "voucher" | "purchase" | "account"
  plan_name text not null,
  started_at_ms bigint not null,
  ends_at_ms bigint,
  valid_until_ms bigint, -- the plan's fixed date, which no correction of the site's clock moves
  -- When its validity ends, also where the plan's date ends it before. Null: it ends by that date alone, or has no calendar end.
  uncut_ends_at_ms bigint,
  -- Its period came with a lease: a date that the site's clock did not stamp, and that no correction of it moves.
  began_elsewhere boolean not null default false,
  -- Somebody has vouched for the clock that stamped its start, then or since. Else corrections in later boots move it, too.
  settled boolean not null default true,
  epoch text not null,
  seq bigint not null,
  received_at_ms bigint not null,
  -- The bridge allowance, given without the lease: what the report of double use counts.
  bridge boolean not null default false,
  retired_at_ms bigint, -- Null: a grant with this start may still have to be deleted from the site's feed.
  -- The site did not know whether this was used before; the provider lets it go on.
  unremembered boolean not null default false,
  primary key (provider_id, grant_id, site_id)
);
create index grant_starts_newest on grant_starts (provider_id, started_at_ms desc, grant_id desc, site_id desc);
create index grant_starts_running on grant_starts (provider_id, site_id, ends_at_ms) where ends_at_ms is not null;
-- Uses without a lease are the exception.
create index grant_starts_bridge on grant_starts (provider_id) where bridge;
create index grant_starts_over on grant_starts (provider_id, site_id, ends_at_ms)
  where retired_at_ms is null and origin = 'purchase' and not bridge and ends_at_ms is not null;
create index grant_starts_endless on grant_starts (provider_id, site_id, started_at_ms)
  where retired_at_ms is null and origin = 'purchase' and not bridge and ends_at_ms is null;
create index grant_starts_site on grant_starts (provider_id, site_id, grant_id);
create index grant_starts_unremembered on grant_starts (provider_id) where unremembered;
create index grant_starts_ends on grant_starts (provider_id, ends_at_ms) where ends_at_ms is not null;
-- Trials and payment windows are counted apart from what was sold.
create index grant_starts_free on grant_starts (provider_id, started_at_ms) where starts_with(grant_id, 'f.');
create index grant_starts_trials on grant_starts (provider_id, started_at_ms desc, grant_id desc, site_id desc) where starts_with(grant_id, 'f.trial.');
select karibu_guard('grant_starts');

-- The internet was away at a site, and whoever had time running there got it back.
create table outage_credits (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  from_ms bigint not null,
  to_ms bigint not null,
  received_at_ms bigint not null,
  is_ahead boolean not null default false, -- A correction of the clock showed that its date was still to come.
  primary key (provider_id, site_id, epoch, seq)
);
create index outage_credits_newest on outage_credits (provider_id, site_id, to_ms desc);
select karibu_guard('outage_credits');

-- Where a bought grant went since its purchase. Each move is a grant of its own, worth what was left: `lease_id` is its id at the sites, so
-- that nothing a former holder still believes can concern it.
create table grant_leases (
  provider_id text not null,
  grant_id text not null,
  lease_id text not null, -- <grant_id>.<number>
  number integer not null,
  site_id text not null, -- who holds it
  from_site_id text not null,
  moved_at_ms bigint not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan"
  started_at_ms bigint,
  ends_at_ms bigint,
  retired_at_ms bigint,
  primary key (provider_id, grant_id),
  foreign key (provider_id, grant_id) references grants,
  foreign key (provider_id, site_id) references sites
);
create index grant_leases_held on grant_leases (provider_id, site_id) where retired_at_ms is null;
select karibu_guard('grant_leases');

-- A grant that began a second time at a site that had forgotten the first: both uses show.
create table repeated_starts (
  provider_id text not null,
  grant_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  plan_name text not null,
  started_at_ms bigint not null,
  started_stamped_ms bigint not null, -- as the site wrote it
  ends_at_ms bigint,
  valid_until_ms bigint,
  uncut_ends_at_ms bigint, -- as in `grant_starts`
  began_elsewhere boolean not null, -- as in `grant_starts`
  settled boolean not null default true, -- as in `grant_starts`
  unremembered boolean not null,
  received_at_ms bigint not null,
  primary key (provider_id, grant_id, site_id, epoch)
);
select karibu_guard('repeated_starts');

-- What staff changed of grants, all in all: the site is told this by one row.
create table grant_changes (
  provider_id text not null references providers,
  site_id text not null,
  grant_id text not null, -- As the site knows it.
  seconds bigint not null default 0,
  use_seconds bigint not null default 0,
  data_bytes bigint not null default 0,
  down_kbps integer,
  up_kbps integer,
  devices integer,
  paused_at_ms bigint,
  paused_reason text,
  changed_at_ms bigint not null,
  primary key (provider_id, site_id, grant_id)
);
create index grant_changes_of on grant_changes (provider_id, grant_id);
select karibu_guard('grant_changes');

-- Each single change: who, why, and as part of which gift.
create table grant_change_log (
  provider_id text not null references providers,
  change_id text not null,
  site_id text not null,
  grant_id text not null,
  kind text not null, -- type "given" | "paused" | "resumed" | "taken-off" | "guard-lifted"; taken off: an outage gave it back as well as a pause
  what jsonb not null, -- type GrantGift from "./grant-gift.ts", fixed
  reason text not null,
  changed_by text,
  gift_id text,
  at_ms bigint not null,
  primary key (provider_id, change_id)
);
create index grant_change_log_of on grant_change_log (provider_id, grant_id, site_id, at_ms);
create index grant_change_log_gift on grant_change_log (provider_id, gift_id) where gift_id is not null;
select karibu_guard('grant_change_log');

-- One gift to everybody at a site: a job works through it, slice by slice, and it can be stopped.
create table grant_gifts (
  provider_id text not null references providers,
  gift_id text not null,
  site_id text not null,
  what jsonb not null, -- type GrantGift from "./grant-gift.ts", fixed
  reason text not null,
  grant_ids jsonb not null, -- type readonly string[], fixed
  done integer not null default 0,
  failed integer not null default 0,
  started_by text,
  created_at_ms bigint not null,
  stopped_at_ms bigint,
  finished_at_ms bigint,
  primary key (provider_id, gift_id)
);
create unique index grant_gifts_open on grant_gifts (provider_id, site_id) where finished_at_ms is null;
select karibu_guard('grant_gifts');

-- What customers did against the theft of their codes, as the site that has the grant reported it last.
create table code_guards (
  provider_id text not null references providers,
  grant_id text not null, -- As the site knows it.
  site_id text not null,
  guard_id text not null, -- the site's name for it, new with each change
  paused boolean not null,
  pin_salt text,
  pin_hash text,
  guarded_at_ms bigint not null, -- as the site wrote it
  lifted_at_ms bigint, -- staff lifted it then
  primary key (provider_id, grant_id)
);
create index code_guards_age on code_guards (provider_id, guarded_at_ms);
select karibu_guard('code_guards');
