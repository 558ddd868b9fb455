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
begin
  execute format($policy$
    create policy booked_rows on %s to karibu_booker
      using (provider_id || '' = any((select nullif(current_setting('karibu.booked_providers', true), '')::text[])::text[]))
      with check (provider_id || '' = any((select nullif(current_setting('karibu.booked_providers', true), '')::text[])::text[]))
  $policy$, target);
  execute format('grant %s on %s to karibu_booker', rights, target);
end
$open$;

-- A restore brings the roll-ups with it, and what was waiting.
create function karibu_is_restoring() returns boolean language sql stable as $$ select coalesce(current_setting('karibu.restoring', true), '') = 'yes' $$;
