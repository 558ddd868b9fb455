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

-- Deletes every row of a provider that was deleted and whose grace is over. The application's roles may not delete from the audit log and
-- the ledger; this function may, and looks for itself whether the time has come.
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
