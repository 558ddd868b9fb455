-- Tables of reports/roll-ups. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- An entry of the books that the reports have not counted yet. Whatever writes a fact notes here, in its own transaction, what has to be
-- counted again: rows are only ever added, so nobody waits for anybody. A job counts, and takes them away.
create table report_entries_waiting (
  provider_id text not null references providers,
  entry_id text not null,
  primary key (provider_id, entry_id)
);
select karibu_guard('report_entries_waiting');
select karibu_open_to_booker('report_entries_waiting', 'insert');

-- Days of one kind of figure that have to be counted again, from `from_ms` on.
create table report_days_waiting (
  provider_id text not null references providers,
  waiting_id bigint generated always as identity,
  what text not null check (what in ('log-ins', 'traffic', 'uplinks', 'everything')),
  from_ms bigint not null, -- a moment of the day; of traffic: midnight in UTC
  primary key (provider_id, waiting_id)
);
select karibu_guard('report_days_waiting');

-- What was sold on a day of the provider's zone, by site, plan, channel and seller. An empty identifier: none is known.
create table report_sales (
  provider_id text not null references providers,
  day date not null,
  currency text not null,
  site_id text not null,
  plan_id text not null,
  channel_id text not null, -- or 'site-cash', 'vouchers'
  seller_id text not null, -- a user, a site's seller or a reseller
  sold_cents bigint not null,
  refunded_cents bigint not null,
  sales bigint not null,
  refunds bigint not null,
  -- A hub process of a release that does not count this column fails at it, takes nothing away, and leaves what waits to one that does.
  by_one boolean not null check (by_one), -- type true; its sums stand in `report_sales_by` too
  -- As `by_one`: an entry is counted with its charge, or not at all.
  with_charges boolean not null check (with_charges), -- type true; what was charged with these sales stands in `report_charges`
  cash_cents bigint not null, -- Of what was sold, what was taken in cash.
  primary key (provider_id, day, currency, site_id, plan_id, channel_id, seller_id)
);
select karibu_guard('report_sales');

-- Who pays, in which months. A party is what the books call a customer.
create table report_payer_months (
  provider_id text not null references providers,
  currency text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  month text not null, -- 2026-11
  payments bigint not null,
  cents bigint not null,
  primary key (provider_id, currency, party, month)
);
select karibu_guard('report_payer_months');

-- A party's payments in all: how many, how much, since when, and until when.
create table report_payers (
  provider_id text not null references providers,
  currency text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  payments bigint not null,
  cents bigint not null,
  first_ms bigint,
  last_ms bigint,
  -- Twice the usual pause after the last payment. Null: too few payments to have a rhythm.
  due_ms bigint generated always as (case when payments >= 3 and last_ms > first_ms then last_ms + 2 * ((last_ms - first_ms) / (payments -
    1)) else null::bigint end) stored,
  primary key (provider_id, currency, party)
);
create index report_payers_due on report_payers (provider_id, currency, due_ms) include (cents) where due_ms is not null;
select karibu_guard('report_payers');

-- Of those who first paid in month `cohort`: how many paid in `month`, and how much.
create table report_cohorts (
  provider_id text not null references providers,
  currency text not null,
  cohort text not null, -- the month of the first payment
  month text not null,
  payers bigint not null,
  cents bigint not null,
  primary key (provider_id, currency, cohort, month)
);
select karibu_guard('report_cohorts');

-- Log-ins by the provider's day; site '': all sites together, in which a device counts once.
create table report_log_ins (
  provider_id text not null references providers,
  day date not null,
  site_id text not null,
  log_ins bigint not null,
  devices bigint not null,
  primary key (provider_id, day, site_id)
);
select karibu_guard('report_log_ins');

-- Different devices of a month, and when that was counted.
create table report_months (
  provider_id text not null references providers,
  month text not null,
  devices bigint not null,
  stale boolean not null, -- sessions of it came since
  primary key (provider_id, month)
);
select karibu_guard('report_months');

-- By the UTC day, as sites tell it.
create table report_traffic (
  provider_id text not null references providers,
  day date not null,
  site_id text not null,
  input_bytes bigint not null,
  output_bytes bigint not null,
  online_seconds bigint not null,
  primary key (provider_id, day, site_id)
);
select karibu_guard('report_traffic');

-- The most that were online at once.
create table report_online (
  provider_id text not null references providers,
  day date not null,
  most bigint not null,
  primary key (provider_id, day)
);
select karibu_guard('report_online');

-- Sessions that began up to then are deleted in part: such days stay as they were counted.
create table report_floors (
  provider_id text primary key references providers,
  sessions_ms bigint not null default 0,
  -- When somebody last had all figures of the reports counted anew: it reads every session, so not each minute.
  rebuild_asked_at_ms bigint
);
select karibu_guard('report_floors');

-- How fast a site's uplink is, as its provider says.
create table site_uplinks (
  provider_id text not null references providers,
  site_id text not null,
  down_kbps bigint not null check (down_kbps between 64 and 100000000),
  interface text, -- the router's; null: the one that received most
  updated_at_ms bigint not null,
  primary key (provider_id, site_id)
);
select karibu_guard('site_uplinks');

-- What a router received from its uplink, hour by hour, of a UTC day: 24 means in bits per second; null: not known.
create table report_uplink_days (
  provider_id text not null references providers,
  site_id text not null,
  day date not null,
  hours jsonb not null, -- type (number | null)[]
  primary key (provider_id, day, site_id)
);
select karibu_guard('report_uplink_days');

-- Everything of a provider's reports that is being counted anew: how far that is. Each step is a transaction of its own, so a hub that
-- stops goes on from here. Meanwhile what is sold waits to be counted, and reports add it from the books.
create table report_rebuilds (
  provider_id text primary key references providers,
  phase text not null check (phase in ('payers', 'sales', 'log-ins', 'traffic', 'uplinks')),
  first_day date, -- of what this phase counts; null: it has not looked yet
  next_day date, -- all before it is counted; null: nothing is
  begun_at_ms bigint not null
);
select karibu_guard('report_rebuilds');

-- The same sales by one thing at a time: a year by day is 365 rows, and not one for each site, plan, channel and seller of each day.
create table report_sales_by (
  provider_id text not null references providers,
  currency text not null,
  kind text not null check (kind in ('day', 'plan', 'site', 'channel', 'seller')),
  day date not null,
  key text not null, -- what it is by; '' where `kind` is 'day'
  sold_cents bigint not null,
  refunded_cents bigint not null,
  sales bigint not null,
  refunds bigint not null,
  cash_cents bigint not null, -- Of what was sold: taken in cash, which nothing else proves.
  primary key (provider_id, currency, kind, day, key)
);
select karibu_guard('report_sales_by');

-- What was charged to customers line by line, by day, for taxes and for revenue by plan: equal lines of a day are one row, because each line is
-- taxed, and rounded, by itself. Kept as the other sums of sales are: an entry of the books brings its charge's lines when it is counted.
create table report_charges (
  provider_id text not null references providers,
  currency text not null,
  day date not null, -- of the provider's zone
  kind text not null, -- of the line
  plan_id text not null, -- '': none
  cents bigint not null, -- of one line; below zero: taken back
  lines bigint not null,
  cash_cents bigint not null, -- of all of them: taken in cash
  primary key (provider_id, currency, day, kind, plan_id, cents)
);
select karibu_guard('report_charges');

create function karibu_note_entries() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_entries_waiting (provider_id, entry_id) select provider_id, entry_id from fresh;
  end if;
  return null;
end
$$;
create trigger report_noted after insert on ledger_entries
  referencing new table as fresh for each statement execute function karibu_note_entries();

create function karibu_note_sessions() returns trigger language plpgsql as $$
begin
  if karibu_is_restoring() then return null; end if;
  if tg_op = 'INSERT' then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct provider_id, 'log-ins', begun_at_ms / 900000 * 900000 from fresh;
  else
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct f.provider_id, 'log-ins', at.ms / 900000 * 900000
      from fresh f join former o
        on o.provider_id = f.provider_id and o.site_id = f.site_id and o.session_key = f.session_key
      cross join lateral (values (f.begun_at_ms), (o.begun_at_ms)) at (ms)
      where f.begun_at_ms <> o.begun_at_ms or coalesce(f.mac, f.username) is distinct from coalesce(o.mac, o.username);
  end if;
  return null;
end
$$;
create trigger report_noted_new after insert on sessions
  referencing new table as fresh for each statement execute function karibu_note_sessions();

create function karibu_note_traffic() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct provider_id, 'traffic', (day - date '1970-01-01')::bigint * 86400000 from fresh;
  end if;
  return null;
end
$$;
create trigger report_noted_new after insert on usage_days
  referencing new table as fresh for each statement execute function karibu_note_traffic();
create trigger report_noted_change after update on usage_days
  referencing new table as fresh for each statement execute function karibu_note_traffic();

-- Other days: everything is counted again.
create function karibu_note_zone() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() and new.utc_offset_minutes <> old.utc_offset_minutes then
    insert into report_days_waiting (provider_id, what, from_ms) values (new.provider_id, 'everything', 0);
  end if;
  return null;
end
$$;
create trigger report_zone_noted after update of utc_offset_minutes on providers
  for each row execute function karibu_note_zone();

create function karibu_note_figures() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct provider_id, 'uplinks', from_ms / 86400000 * 86400000 from fresh;
  end if;
  return null;
end
$$;
create trigger report_noted_new after insert on router_figures
  referencing new table as fresh for each statement execute function karibu_note_figures();

create function karibu_note_moved_figures() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct f.provider_id, 'uplinks', at.ms / 86400000 * 86400000
      from fresh f join former o on o.provider_id = f.provider_id and o.site_id = f.site_id and o.epoch = f.epoch and o.seq = f.seq
      cross join lateral (values (f.from_ms), (o.from_ms)) at (ms) where f.from_ms <> o.from_ms;
  end if;
  return null;
end
$$;
create trigger report_noted_change after update on router_figures
  referencing old table as former new table as fresh for each statement execute function karibu_note_moved_figures();

-- A session whose start lies after its end, or after the hub heard of it last, comes from a clock that was wrong: its start says nothing of
-- what was counted, and log-ins up to that day would never be counted again.
create function karibu_note_floor() returns trigger language plpgsql as $$
begin
  insert into report_floors as f (provider_id, sessions_ms)
    select gone.provider_id, max(least(gone.begun_at_ms, gone.stopped_at_ms, gone.received_at_ms)) from gone
    join providers p on p.provider_id = gone.provider_id and p.state <> 'deleted' group by 1
  on conflict (provider_id) do update set sessions_ms = greatest(f.sessions_ms, excluded.sessions_ms);
  return null;
end
$$;
create trigger report_floor_noted after delete on sessions
  referencing old table as gone for each statement execute function karibu_note_floor();

-- A month of sessions goes without a delete: its room says how far.
create function karibu_note_forgotten() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_floors as f (provider_id, sessions_ms) values (new.provider_id, new.begun_ms)
    on conflict (provider_id) do update set sessions_ms = greatest(f.sessions_ms, excluded.sessions_ms);
  end if;
  return null;
end
$$;
create trigger report_floor_noted after insert or update on sessions_forgotten for each row execute function karibu_note_forgotten();

create function karibu_note_moved_session() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select new.provider_id, 'log-ins', at.ms / 900000 * 900000
      from (select old.begun_at_ms union select new.begun_at_ms) at (ms);
  end if;
  return null;
end
$$;
create trigger report_noted_change after update on sessions for each row
  when (new.begun_at_ms <> old.begun_at_ms or coalesce(new.mac, new.username) is distinct from coalesce(old.mac, old.username))
  execute function karibu_note_moved_session();
