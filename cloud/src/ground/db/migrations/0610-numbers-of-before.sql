-- The numbers that a customer had before: what was bought with them is the same person's, where nobody else has the number since. Changes of before
-- this release were written down nowhere.
create table customer_numbers (
  provider_id text not null references providers,
  customer_id text not null,
  number_id text not null,
  phone_sealed bytea not null, -- as in `customers`
  phone_hash text not null,
  phone_masked text not null,
  until_ms bigint not null,
  primary key (provider_id, number_id),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
create index customer_numbers_of on customer_numbers (provider_id, customer_id, until_ms);
create index customer_numbers_phone on customer_numbers (provider_id, phone_hash);
select karibu_guard('customer_numbers');

-- Who asked for a line and never became a customer is found by the number. Null: none was given, or it is of before this release; the hub fills it in.
alter table installations add column phone_hash text;
create index installations_phone on installations (provider_id, phone_hash) where phone_hash is not null;
create index installations_unhashed on installations (provider_id) where phone_sealed is not null and phone_hash is null;

-- What an erasure left: the numbers of before, and leads. They go first, while the rows still name the person.
drop function karibu_blank_person(text, text, text, text, bigint);
-- As before (migration 0590), under a name of its own.
create function karibu_blank_person_papers(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $blank$
declare
  whose text := target; -- `audit` has a column of that name
  people text[];
  charges bigint := 0;
  strays bigint := 0;
  papers bigint := 0;
  counts jsonb;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from target
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
  select coalesce(array_agg(c.customer_id), array[customer]) into people
  from customers c where c.provider_id = target and (c.customer_id = customer or c.phone_hash = old_party);
  update document_charges set customer_name = '–' where provider_id = target and state = 'waiting'
    and (customer_id = any (people) or party = old_party);
  get diagnostics charges = row_count;
  if old_party is not null then
    update evidence set body = '', body_sealed = null, remote_address = null where provider_id = target and state = 'stray'
      and (receipt in (select r.receipt from receipts r where r.provider_id = target and old_party in (r.party, r.payer_hash))
        or intent_id in (select i.intent_id from intents i where i.provider_id = target and i.phone_hash = old_party));
    get diagnostics strays = row_count;
    update audit a set detail = (a.detail - 'body' - 'query') where a.provider_id = whose
      and a.detail ?| array['body', 'query'] and a.target in (
      select i.invoice_id from invoices i where i.provider_id = whose and i.party = old_party
      union all select r.refund_id from refunds r where r.provider_id = whose and r.party = old_party
      union all select c.claim_id from payment_claims c where c.provider_id = whose and c.phone_hash = old_party);
    get diagnostics papers = row_count;
  end if;
  counts := karibu_blank_person_rows(target, customer, old_party, pseudonym, now_ms);
  if charges > 0 then
    counts := counts || jsonb_build_object('document_charges', charges + coalesce((counts ->> 'document_charges')::bigint, 0));
  end if;
  if strays > 0 then
    counts := counts || jsonb_build_object('evidence', strays + coalesce((counts ->> 'evidence')::bigint, 0));
  end if;
  if papers > 0 then
    counts := counts || jsonb_build_object('audit', papers + coalesce((counts ->> 'audit')::bigint, 0));
  end if;
  return counts;
end
$blank$;

create function karibu_blank_person(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $blank$
declare
  whose text := target; -- `audit` has a column of that name
  people text[];
  leads text[];
  rows_of jsonb := '{}';
  count bigint;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from target
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
  select coalesce(array_agg(c.customer_id), array[customer]) into people
  from customers c where c.provider_id = target and (c.customer_id = customer or c.phone_hash = old_party);
  delete from customer_numbers n where n.provider_id = target and (n.customer_id = any (people) or n.phone_hash = old_party);
  get diagnostics count = row_count;
  if count > 0 then rows_of := rows_of || jsonb_build_object('customer_numbers', count); end if;
  -- Of their own jobs the number goes below, whichever it was: its party goes with it.
  update installations i set phone_hash = null where i.provider_id = target and i.customer_id = any (people)
    and i.phone_hash is distinct from old_party and i.phone_hash is not null;
  if old_party is not null then
    select coalesce(array_agg(i.installation_id), '{}') into leads
    from installations i where i.provider_id = target and i.customer_id is null and i.phone_hash = old_party;
    delete from installation_pictures p where p.provider_id = target and p.installation_id = any (leads);
    get diagnostics count = row_count;
    if count > 0 then rows_of := rows_of || jsonb_build_object('installation_pictures', count); end if;
    update stock_movements m set note = null from installations i where m.provider_id = target and i.provider_id = target
      and i.installation_id = any (leads) and m.note = '#' || i.number || ' ' || i.name;
    update audit a set detail = (a.detail - 'body' - 'query') where a.provider_id = whose
      and a.detail ?| array['body', 'query'] and a.target = any (leads);
    get diagnostics count = row_count;
    if count > 0 then rows_of := rows_of || jsonb_build_object('audit', count); end if;
    -- Nobody is to be visited any more. Where the job is another customer's, the number alone goes.
    update installations i set phone_sealed = null, phone_masked = null, phone_hash = null,
      name = case when i.customer_id is null then '–' else i.name end,
      latitude = case when i.customer_id is null then null else i.latitude end,
      longitude = case when i.customer_id is null then null else i.longitude end,
      place_note = case when i.customer_id is null then null else i.place_note end,
      note = case when i.customer_id is null then null else i.note end,
      source = case when i.customer_id is null then null else i.source end,
      cancel_reason = case when i.customer_id is null then null else i.cancel_reason end,
      state = case when i.customer_id is null then 'cancelled' else i.state end,
      ended_at_ms = case when i.customer_id is null then coalesce(i.ended_at_ms, now_ms) else i.ended_at_ms end,
      changed_at_ms = now_ms
    where i.provider_id = target and i.phone_hash = old_party;
    get diagnostics count = row_count;
    if count > 0 then rows_of := rows_of || jsonb_build_object('installations', count); end if;
  end if;
  return karibu_counts_summed(rows_of, karibu_blank_person_papers(target, customer, old_party, pseudonym, now_ms));
end
$blank$;

create function karibu_counts_summed(one jsonb, other jsonb) returns jsonb language sql immutable set search_path = public, pg_temp as $sum$
  select coalesce(jsonb_object_agg(name, total), '{}') from (
    select name, sum(rows::bigint) as total from (
      select key as name, value as rows from jsonb_each_text(one) union all select key, value from jsonb_each_text(other)) both_of
    group by name) summed
$sum$;

-- What an erasure by several numbers would do: it is done, counted, and taken back. @param numbers parties, none twice; the first may be null
create function karibu_count_person_of(target text, customer text, numbers text[]) returns jsonb
language plpgsql set search_path = public, pg_temp as $count$
declare
  counts jsonb := '{}';
  number text;
  place int := 0;
begin
  begin
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
drop function karibu_count_person(text, text, text);

-- One erasure for each number. @param numbers as above @param erasures ids, as many as numbers @param pseudonyms as many: two numbers under one mark
-- would collide where the books know a number once
create function karibu_erase_person_of(target text, customer text, numbers text[], erasures text[], pseudonyms text[], by_user text, now_ms bigint)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $erase$
declare
  sum jsonb := '{}';
  done jsonb;
begin
  for place in 1 .. array_length(numbers, 1) loop
    done := karibu_blank_person(target, case place when 1 then customer else '' end, numbers[place], pseudonyms[place], now_ms);
    insert into person_erasures (provider_id, erasure_id, customer_id, party, pseudonym, asked_by, at_ms, counts)
    values (target, erasures[place], customer, numbers[place], pseudonyms[place], by_user, now_ms, done);
    update person_erasures set party = null where provider_id = target and erasure_id = erasures[place];
    sum := karibu_counts_summed(sum, done);
  end loop;
  return sum;
end
$erase$;
drop function karibu_erase_person(text, text, text, text, text, text, bigint);
revoke execute on function karibu_blank_person, karibu_blank_person_papers, karibu_count_person_of, karibu_erase_person_of, karibu_counts_summed from public;
grant execute on function karibu_blank_person, karibu_count_person_of, karibu_erase_person_of, karibu_counts_summed to karibu_app, karibu_platform;
