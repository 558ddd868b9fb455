-- Tables of ground/secrets. No tenant's: only the roles that are granted something here see their rows.

-- One row: the secret that the keys come of. It never changes, whatever becomes of the master key that seals it: with another one, every
-- customer would be a stranger. No tenant: only the platform's role reads it.
create table party_secret (
  only_row boolean primary key default true check (only_row),
  secret_sealed bytea not null,
  made_at_ms bigint not null
);
grant select, insert, update on party_secret to karibu_platform;

-- HMAC-SHA256, hex; null of null. @param inner_pad, outer_pad the key, filled up to 64 bytes, xor 0x36 and 0x5c (RFC 2104)
create function karibu_hmac(inner_pad bytea, outer_pad bytea, said text) returns text language sql immutable parallel safe as $hmac$
  select encode(sha256(outer_pad || sha256(inner_pad || convert_to(said, 'UTF8'))), 'hex')
$hmac$;

-- Gives every customer of before the new name, in all tables, queued jobs and feed rows; once, in the transaction that keeps the secret.
-- The hub calls it, because the secret must not stand in the database in clear. The application's roles may not change the ledger; this
-- function may, and changes nothing else of it. The catalog says which columns name customers, so it goes on to fit the tables.
create function karibu_name_parties(books_inner bytea, books_outer bytea, sites_inner bytea, sites_outer bytea) returns bigint language plpgsql
  security definer set search_path = public, pg_temp as $name$
declare
  place record;
  gone bigint := 0;
  count bigint;
begin
  if exists (select from party_secret) then
    raise exception 'the parties of this database were named before';
  end if;
  -- A message is sent once for its event, template and recipient: the recipient stands at the end of the key.
  update messages set event_key = left(event_key, -64) || karibu_hmac(books_inner, books_outer, provider_id || '/' || to_hash)
  where right(event_key, 64) = to_hash;
  for place in
    select c.relname as name,
      string_agg(format('%1$I = karibu_hmac($1, $2, provider_id || ''/'' || %1$I)', a.attname), ', ') as changes,
      string_agg(format('%I', a.attname), ', ') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    join pg_attribute p on p.attrelid = c.oid and p.attname = 'provider_id' and not p.attisdropped
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname in ('party', 'to_party', 'phone_hash', 'payer_hash', 'to_hash')
    group by c.relname order by c.relname
  loop
    execute format('update %I set %s where coalesce(%s) is not null', place.name, place.changes, place.columns)
      using books_inner, books_outer;
    get diagnostics count = row_count;
    gone := gone + count;
  end loop;
  -- Jobs that name a customer; one that waits alone for its key keeps doing so.
  for place in
    select names.name from (values ('public.job_outbox'), ('public.dead_jobs'), ('pgboss.job')) as names (name)
    where to_regclass(names.name) is not null
  loop
    execute format($jobs$
      update %s set data = jsonb_set(data, '{party}', to_jsonb(karibu_hmac($1, $2, (data ->> 'providerId') || '/' || (data ->> 'party')))) %s
      where data ? 'party' and data ? 'providerId'
    $jobs$, place.name, case when place.name = 'public.dead_jobs' then '' else
      ', singleton_key = replace(singleton_key, data ->> ''party'', karibu_hmac($1, $2, (data ->> ''providerId'') || ''/'' || (data ->> ''party'')))' end)
      using books_inner, books_outer;
  end loop;
  -- Sites get the changed rows as any other: each has a version of its own, in the order of before.
  with changed as (
    select r.provider_id, r.scope, r.kind, r.key, row_number() over (partition by r.provider_id, r.scope order by r.version, r.key) as place
    from feed_rows r where r.kind = 'grant' and r.scope like 'site:%' and r.body ->> 'phoneHash' is not null
  ), taken as (
    update feed_scopes s set version = s.version + c.rows
    from (select provider_id, scope, count(*) as rows from changed group by provider_id, scope) c
    where s.provider_id = c.provider_id and s.scope = c.scope
    returning s.provider_id, s.scope, s.version - c.rows as version
  )
  update feed_rows r set version = t.version + c.place,
    body = jsonb_set(r.body, '{phoneHash}', to_jsonb(karibu_hmac(sites_inner, sites_outer,
      substr(r.scope, 6) || '/' || karibu_hmac(books_inner, books_outer, r.provider_id || '/' || (r.body ->> 'phoneHash')))))
  from changed c join taken t on t.provider_id = c.provider_id and t.scope = c.scope
  where r.provider_id = c.provider_id and r.scope = c.scope and r.kind = c.kind and r.key = c.key;
  return gone;
end
$name$;
revoke execute on function karibu_name_parties from public;
grant execute on function karibu_name_parties to karibu_platform;
