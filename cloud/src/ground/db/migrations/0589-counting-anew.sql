-- Everything of a provider's reports that is being counted anew: how far that is. Each step is a transaction of its own, so a hub that stops goes
-- on from here. Meanwhile what is sold waits to be counted, and reports add it from the books.
create table report_rebuilds (
  provider_id text not null references providers,
  phase text not null check (phase in ('payers', 'sales', 'log-ins', 'traffic', 'uplinks')),
  first_day date, -- of what this phase counts; null: it has not looked yet
  next_day date, -- all before it is counted; null: nothing is
  begun_at_ms bigint not null,
  primary key (provider_id)
);
select karibu_guard('report_rebuilds');

-- Nearly every change of a session is its end or its bytes, which no day of log-ins depends on. A statement's trigger kept all changed rows, twice,
-- to find the few that moved; a row's condition keeps none.
drop trigger report_noted_change on sessions;
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
  primary key (provider_id, currency, kind, day, key)
);
select karibu_guard('report_sales_by');
insert into report_sales_by
  select s.provider_id, s.currency, by.kind, s.day, by.key, sum(s.sold_cents), sum(s.refunded_cents), sum(s.sales), sum(s.refunds)
  from report_sales s cross join lateral (values ('day', ''), ('plan', s.plan_id), ('site', s.site_id), ('channel', s.channel_id), ('seller', s.seller_id))
    by (kind, key)
  group by 1, 2, 3, 4, 5;

-- A hub process of the release before, which may run for a while beside the new one, would count a sale here and not there. It does not know this
-- column, so its counting fails, takes nothing away, and leaves what waits to a process that counts both.
alter table report_sales add column by_one boolean not null default true check (by_one);
alter table report_sales alter column by_one drop default;
