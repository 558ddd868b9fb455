-- Tables of back-office/personal-data. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Whoever was erased by name: who asked and when, and what was done. No word of the person: `party`, `grants` and `devices` stand here only until the
-- erasure is noted for the back-up store, in the same transaction (a restored hub needs them to erase again), and the pseudonym is random.
-- The database alone writes it (`karibu_erase_person_of`).
create table person_erasures (
  provider_id text not null references providers,
  erasure_id text not null,
  customer_id text not null,
  party text, -- null as soon as it is noted
  grants jsonb, -- type readonly string[], computed; `<grant>/<from ms>/<until ms>`: what was theirs, and when. Null as soon as it is noted
  devices jsonb, -- type readonly string[], computed; by a keyed mark each, not their addresses. Null as soon as it is noted
  pseudonym text not null, -- what the books call the person since, 64 hex digits
  asked_by text not null, -- user id
  at_ms bigint not null,
  counts jsonb not null, -- type Readonly<Record<string, number>>, computed; rows by table
  primary key (provider_id, erasure_id)
);
create index person_erasures_of on person_erasures (provider_id, customer_id);
select karibu_guard('person_erasures');
revoke insert, update, delete on person_erasures from karibu_app;
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

-- The end of each erasure: the books and the sites know the person by another mark from then on. @param grant_ids theirs @param paused_ids also
-- those that were theirs for a time @param devices MACs @param counted rows by table that were changed before @returns those of other tables
create function karibu_mark_person(target text, old_party text, pseudonym text, grant_ids text[], paused_ids text[], devices text[], now_ms bigint,
  counted jsonb) returns jsonb language plpgsql
  set search_path = public, pg_temp as $mark$
declare
  place record;
  counts jsonb := '{}';
  count bigint;
begin
  -- The catalog says which columns name a person in the books, so it goes on to fit the tables.
  if old_party is not null then
    for place in
      select c.relname as name, a.attname as col
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      join pg_attribute p on p.attrelid = c.oid and p.attname = 'provider_id' and not p.attisdropped
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'person_erasures'
        and a.attname in ('party', 'to_party', 'phone_hash', 'payer_hash', 'to_hash')
      order by c.relname, a.attname
    loop
      execute format('update %I set %2$I = $3 where provider_id = $1 and %2$I = $2', place.name, place.col) using target, old_party, pseudonym;
      get diagnostics count = row_count;
      if count > 0 and not counted ? place.name and not counts ? place.name then counts := counts || jsonb_build_object(place.name, count); end if;
    end loop;
  end if;
  -- Feeds come behind all money, in their order (`money/evidence/money-locks.ts`).
  -- Sites are told of the grants without the name that they know the phone by, and without what would take the purchase up again: it holds
  -- the number, and they give it back after a restore. Why staff paused one may name the person: it goes where `grant_changes` has lost it.
  -- A code of another system may be tied to a device.
  with changed as (
    select r.scope, r.kind, r.key, row_number() over (partition by r.scope order by r.version, r.kind, r.key) as place
    from feed_rows r where r.provider_id = target and (
      r.kind = 'grant' and r.key = any (grant_ids) and (r.body ->> 'phoneHash' is not null or r.body ? 'sold')
      or r.kind = 'grant-change' and r.key = any (paused_ids) and r.body #>> '{paused,reason}' <> ''
        and exists (select from grant_changes c where c.provider_id = target and 'site:' || c.site_id = r.scope and c.grant_id = r.key
          and c.paused_reason is null)
      or case r.kind when 'listed-codes'
        then exists (select from jsonb_array_elements(r.body -> 'more') code where code ->> 'mac' = any (devices)) end)
  ), locked as (
    select s.scope from feed_scopes s where s.provider_id = target and s.scope in (select scope from changed) order by s.scope for update
  ), taken as (
    update feed_scopes s set version = s.version + c.rows
    from (select scope, count(*) as rows from changed join locked using (scope) group by scope) c
    where s.provider_id = target and s.scope = c.scope
    returning s.scope, s.version - c.rows as version
  )
  update feed_rows r set version = t.version + c.place, changed_at_ms = now_ms,
    body = case r.kind
      when 'grant' then (r.body - 'sold') || '{"phoneHash": null}'
      when 'grant-change' then jsonb_set(r.body, '{paused,reason}', '""')
      else jsonb_set(r.body, '{more}', (
        select jsonb_agg(case when code ->> 'mac' = any (devices) then code - 'mac' else code end order by nth)
        from jsonb_array_elements(r.body -> 'more') with ordinality more (code, nth))) end
  from changed c join taken t on t.scope = c.scope
  where r.provider_id = target and r.scope = c.scope and r.kind = c.kind and r.key = c.key;
  return counts;
end
$mark$;
revoke execute on function karibu_mark_person from public;

-- For a restored hub, which has the row of the erasure again, and the person as before: the same is blanked, under the same pseudonym.
create function karibu_erase_again(target text, erasure text) returns jsonb language plpgsql set search_path = public, pg_temp as $again$
declare
  row person_erasures;
begin
  select * into row from person_erasures e where e.provider_id = target and e.erasure_id = erasure;
  update person_erasures set party = null, grants = null, devices = null where provider_id = target and erasure_id = erasure;
  return karibu_blank_person(target, row.customer_id, row.party, row.pseudonym, row.at_ms);
end
$again$;
revoke execute on function karibu_erase_again from public;

create function karibu_counts_summed(one jsonb, other jsonb) returns jsonb language sql immutable set search_path = public, pg_temp as $sum$
  select coalesce(jsonb_object_agg(name, total), '{}') from (
    select name, sum(rows::bigint) as total from (
      select key as name, value as rows from jsonb_each_text(one) union all select key, value from jsonb_each_text(other)) both_of
    group by name) summed
$sum$;
revoke execute on function karibu_counts_summed from public;
grant execute on function karibu_counts_summed to karibu_app, karibu_platform;

-- An erasure changes money first and feeds last; what it changes is locked before, all kinds and rows in the order of all transactions that book
-- (`money/evidence/money-locks.ts`). Purchases not `for update`: a callback that comes meanwhile refers to its purchase, and those of all providers that
-- are kept with it would wait for the erasure. @param numbers parties
create function karibu_lock_money_of_person(target text, numbers text[]) returns void language plpgsql
  set search_path = public, pg_temp as $lock$
begin
  perform from refunds where provider_id = target and party = any (numbers) order by refund_id for update;
  perform from payment_claims where provider_id = target and phone_hash = any (numbers) order by claim_id for update;
  perform from receipts where provider_id = target and (party = any (numbers) or payer_hash = any (numbers)) order by rail, receipt for update;
  perform from purchases where provider_id = target and (phone_hash = any (numbers) or to_hash = any (numbers)) order by purchase_id for no key update;
end
$lock$;
revoke execute on function karibu_lock_money_of_person from public;
grant execute on function karibu_lock_money_of_person to karibu_app, karibu_platform;

-- The same of feeds, when all money is locked. @param customer as for the erasure
create function karibu_lock_feeds_of_person(target text, customer text, numbers text[]) returns void language plpgsql
  set search_path = public, pg_temp as $lock$
declare
  scopes text[] := '{}';
begin
  for place in 1 .. array_length(numbers, 1) loop
    scopes := scopes || karibu_feeds_of_person(target, case place when 1 then customer else '' end, numbers[place]);
  end loop;
  perform from feed_scopes where provider_id = target and scope = any (scopes) order by scope for update;
end
$lock$;
revoke execute on function karibu_lock_feeds_of_person from public;
grant execute on function karibu_lock_feeds_of_person to karibu_app, karibu_platform;

-- What an erasure by several numbers would do: it is done, counted, and taken back. @param numbers parties, none twice; the first may be
-- null
create function karibu_count_person_of(target text, customer text, numbers text[]) returns jsonb language plpgsql
  set search_path = public, pg_temp as $count$
declare
  counts jsonb := '{}';
  number text;
  place int := 0;
begin
  begin
    perform karibu_lock_money_of_person(target, numbers);
    perform karibu_lock_feeds_of_person(target, customer, numbers);
    foreach number in array numbers loop
      place := place + 1;
      -- What names the customer goes with the first one, and is counted once.
      counts := karibu_counts_summed(counts, karibu_blank_person(target, case place when 1 then customer else '' end, number,
        lpad(place::text, 64, '0'), 0));
    end loop;
    raise exception using errcode = 'KB001';
  exception when sqlstate 'KB001' then null;
  end;
  return counts;
end
$count$;
revoke execute on function karibu_count_person_of from public;
grant execute on function karibu_count_person_of to karibu_app, karibu_platform;

-- One erasure for each number. @param numbers as above @param erasures ids, as many as numbers @param pseudonyms as many: two numbers under
-- one mark would collide where the books know a number once @param devices for each number the marks of their devices. All is locked before
create function karibu_erase_person_of(target text, customer text, numbers text[], erasures text[], pseudonyms text[], devices jsonb, by_user text,
  now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $erase$
declare
  sum jsonb := '{}';
  theirs jsonb;
  done jsonb;
begin
  for place in 1 .. array_length(numbers, 1) loop
    theirs := karibu_grants_of_person(target, case place when 1 then customer else '' end, numbers[place]);
    done := karibu_blank_person(target, case place when 1 then customer else '' end, numbers[place], pseudonyms[place], now_ms);
    insert into person_erasures (provider_id, erasure_id, customer_id, party, grants, devices, pseudonym, asked_by, at_ms, counts)
    values (target, erasures[place], customer, numbers[place], theirs, devices -> (place - 1), pseudonyms[place], by_user, now_ms, done);
    update person_erasures set party = null, grants = null, devices = null where provider_id = target and erasure_id = erasures[place];
    sum := karibu_counts_summed(sum, done);
  end loop;
  return sum;
end
$erase$;
revoke execute on function karibu_erase_person_of from public;
grant execute on function karibu_erase_person_of to karibu_app, karibu_platform;
