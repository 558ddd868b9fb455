-- What all tables stand on: who may be in the schema, and the guard that each tenant's table is put behind.
-- Identifiers are text (UUIDv7 of the world, never made here). Times are milliseconds since 1970 in bigint. Roles are made at each start (migrate.ts).

grant usage on schema public to karibu_app, karibu_platform, karibu_intake, karibu_booker;

-- Puts a tenant table behind row-level security. Without a provider set, karibu_app sees and writes no row at all.
create function karibu_guard(target regclass) returns void language plpgsql as $guard$
declare
  first_key_column text;
begin
  select a.attname into first_key_column
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = target and i.indisprimary;
  if first_key_column is distinct from 'provider_id' then
    raise exception 'the primary key of % does not begin with provider_id', target;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format($policy$
    create policy own_rows on %s to karibu_app
      using (provider_id = nullif(current_setting('karibu.provider_id', true), ''))
      with check (provider_id = nullif(current_setting('karibu.provider_id', true), ''))
  $policy$, target);
  execute format('create policy all_rows on %s to karibu_platform using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to karibu_app, karibu_platform', target);
end
$guard$;

-- Opens a guarded table to the booker, with no more rights than these. It books for several providers in one transaction, and sees and writes
-- the rows of those alone that the transaction names. Everybody else keeps `own_rows`: a list there would cost all lists the order of their indexes.
-- The list is a query of its own, so that it is read once a statement and not once a row; and no index fits `provider_id || ''`: this policy judges
-- rows that a statement has found by their keys, and is no way to find them (all rows of the list's providers, that would be).
create function karibu_open_to_booker(target regclass, rights text) returns void language plpgsql as $open$
declare
  holder regclass;
begin
  execute format($policy$
    create policy booked_rows on %s to karibu_booker
      using (provider_id || '' = any((select nullif(current_setting('karibu.booked_providers', true), '')::text[])::text[]))
      with check (provider_id || '' = any((select nullif(current_setting('karibu.booked_providers', true), '')::text[])::text[]))
  $policy$, target);
  execute format('grant %s on %s to karibu_booker', rights, target);
  -- Who counts the rows of a new hub may find a provider or two with one payment each, and the planner would take that for the rule until the next count: then
  -- any index that begins with the provider is as good as the key. So it is told: of ten thousand rows one is of another provider.
  -- The planner looks at the parts of a table by month, where the rows are: `karibu_make_month` tells each new one what its parent was told.
  if rights ~ 'insert|update' then
    for holder in select target union all select inhrelid::regclass from pg_inherits where inhparent = target loop
      execute format('alter table %s alter column provider_id set (n_distinct = -0.0001)', holder);
    end loop;
  end if;
end
$open$;

-- A restore brings the roll-ups with it, and what was waiting.
create function karibu_is_restoring() returns boolean language sql stable as $$ select coalesce(current_setting('karibu.restoring', true), '') = 'yes' $$;

-- Has the tables (and the parts of those by month) counted that are open to the booker and of whose rows nobody has counted one. Of those the planner knows nothing, not even what it is told above.
-- As who owns them: others may not.
create function karibu_count_first() returns void language plpgsql security definer set search_path = public, pg_temp as $count$
declare
  uncounted regclass;
begin
  for uncounted in
    select c.oid::regclass from pg_policy left join pg_inherits on inhparent = polrelid join pg_class c on c.oid = coalesce(inhrelid, polrelid)
    where polname = 'booked_rows' and c.relkind = 'r' and c.reltuples <= 0 and pg_relation_size(c.oid) > 0
  loop
    execute format('analyze (skip_locked) %s', uncounted);
  end loop;
end
$count$;
revoke execute on function karibu_count_first from public;
grant execute on function karibu_count_first to karibu_app, karibu_platform, karibu_booker;

-- A transaction that finds each row by its key (`TransactionOptions.byKeys`) calls this first. What it reads must not grow with the tables, whatever the
-- planner has counted of them: that is a minute old where a server looks by itself, and a new hub's first rush is over by then.
--
-- 1. A plan costs the rows that it touches, and nothing else. By the usual costs, which are those of pages, reading a short table whole is cheaper than
--    finding 64 rows in it; and of indexes that begin with the provider the one with the fewest pages wins, even where it finds all rows of that provider.
-- 2. No plan is made for the values at hand. A provider of whom the last count knew nothing would be one without rows, and any index would do.
-- 3. Kept plans (of prepared statements, of triggers, of foreign keys) end when a table of a booking has doubled. Of a table with a handful of rows, any
--    way to them looks like the best one, and a session keeps it until somebody counts again. One that is made now fits: the planner asks the file how
--    long the table is. Tables that are open to the booker (`karibu_open_to_booker`) are looked at.
create function karibu_by_keys() returns void language plpgsql as $keys$
declare
  sizes text;
begin
  perform set_config('enable_' || way, 'off', true) from unnest(array['seqscan', 'hashjoin', 'mergejoin', 'material']) way;
  perform set_config(cost, '0', true) from unnest(array['seq_page_cost', 'random_page_cost', 'cpu_operator_cost', 'max_parallel_workers_per_gather']) cost;
  perform set_config(cost, '1', true) from unnest(array['cpu_tuple_cost', 'cpu_index_tuple_cost']) cost;
  perform set_config('plan_cache_mode', 'force_generic_plan', true);
  select string_agg(floor(ln(pg_relation_size(polrelid) / 8192 + 1) / ln(2))::text, ' ' order by polrelid) into sizes
  from pg_policy where polname = 'booked_rows';
  if sizes is distinct from current_setting('karibu.planned_for', true) then
    perform karibu_count_first();
    execute 'discard plans';
    perform set_config('karibu.planned_for', sizes, false);
  end if;
end
$keys$;
