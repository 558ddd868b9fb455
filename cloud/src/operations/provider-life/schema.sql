-- Tables of operations/provider-life. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands
-- at the table.

-- What was made to look at before there is anything of one's own, so that it can be taken away again.
create table sample_things (
  provider_id text not null references providers,
  kind text not null check (kind in ('site', 'customer')),
  thing_id text not null,
  made_at_ms bigint not null,
  primary key (provider_id, kind, thing_id)
);
select karibu_guard('sample_things');

-- Deletes up to so many rows of one table, of a provider whose purge has begun; returns how many. The application's roles may not delete from
-- the audit log and the ledger; these two functions may, and look for themselves whether the time has come.
create function karibu_purge_slice(target text, relation regclass, rows_max bigint) returns bigint language plpgsql
  security definer set search_path = public, pg_temp as $purge$
declare
  part regclass;
  gone bigint := 0;
  count bigint;
begin
  if not exists (select from providers where provider_id = target and state = 'deleted' and purge_began_at_ms is not null) then
    raise exception 'the purge of provider % has not begun', target;
  end if;
  if relation = 'providers'::regclass then raise exception 'the row of provider % is the last', target; end if;
  -- A row's place is its own within a part only.
  for part in select relid from pg_partition_tree(relation) where isleaf union select relation where not exists (
    select from pg_partition_tree(relation)) order by 1
  loop
    execute format('delete from %1$s where ctid = any (array(select ctid from %1$s where provider_id = $1 limit $2))', part)
      using target, rows_max - gone;
    get diagnostics count = row_count;
    gone := gone + count;
    exit when gone >= rows_max;
  end loop;
  return gone;
end
$purge$;
revoke execute on function karibu_purge_slice from public;
grant execute on function karibu_purge_slice to karibu_platform;

-- Deletes every row that is left of a provider that was deleted and whose grace is over, its own row last: all or nothing. What was written
-- while the slices went is among them.
create function karibu_purge_provider(target text, now_ms bigint) returns bigint language plpgsql
  security definer set search_path = public, pg_temp as $purge$
declare
  name text;
  waiting text[];
  later text[];
  gone bigint := 0;
  count bigint;
begin
  if not exists (
    select from providers where provider_id = target and state = 'deleted' and purge_at_ms <= now_ms
  ) then
    raise exception 'provider % is not due to be purged', target;
  end if;
  select array_agg(c.relname order by c.relname = 'providers', c.relname) into waiting
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition;
  while array_length(waiting, 1) > 0 loop
    later := '{}';
    foreach name in array waiting loop
      begin
        execute format('delete from %I where provider_id = $1', name) using target;
        get diagnostics count = row_count;
        gone := gone + count;
      exception when foreign_key_violation then
        later := later || name;
      end;
    end loop;
    if array_length(later, 1) = array_length(waiting, 1) then
      raise exception 'provider % can not be purged: % refer to each other', target, later;
    end if;
    waiting := later;
  end loop;
  return gone;
end
$purge$;
revoke execute on function karibu_purge_provider from public;
grant execute on function karibu_purge_provider to karibu_platform;
