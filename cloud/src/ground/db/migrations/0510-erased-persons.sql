-- Whoever was erased by name: who asked and when, and what was done. No word of the person: `party` stands here only until the erasure is noted
-- for the back-up store, in the same transaction (a restored hub needs it to erase again), and the pseudonym is random.
create table person_erasures (
  provider_id text not null references providers,
  erasure_id text not null,
  customer_id text not null,
  party text, -- null as soon as it is noted
  pseudonym text not null, -- what the books call the person since, 64 hex digits
  asked_by text not null, -- user id
  at_ms bigint not null,
  counts jsonb not null, -- rows by table
  primary key (provider_id, erasure_id)
);
create index person_erasures_of on person_erasures (provider_id, customer_id);
select karibu_guard('person_erasures');
-- Nobody writes here but the function below: an erasure can be neither made up nor taken off the list.
revoke insert, update, delete on person_erasures from karibu_app;

create trigger revocation_noted after insert on person_erasures for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,erasure_id', 'customer_id,party,pseudonym,asked_by,at_ms,counts');

-- An intent of a person who was erased has no phone.
alter table intents alter column phone_sealed drop not null;

-- Takes one person out of one provider's rows; twice is as once. The application's roles may change neither the ledger nor the audit; this function
-- may, and changes nothing there but who it was. No amount, no account, no number and no time of a money row is touched.
-- @param old_party null: no phone is known @returns rows by table
create function karibu_blank_person(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $blank$
declare
  people text[];
  mails text[];
  account_ids text[];
  usernames text[];
  macs_of text[];
  ticket_ids text[];
  installation_ids text[];
  subscription_ids text[];
  grant_ids text[];
  targets text[];
  of_receipts text[];
  place record;
  counts jsonb := '{}';
  count bigint;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from target
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
  -- A customer who was deleted and came again with the same number is the same person.
  select array_agg(c.customer_id), array_agg(lower(c.email)) filter (where c.email is not null) into people, mails
  from customers c where c.provider_id = target and (c.customer_id = customer or c.phone_hash = old_party);
  people := coalesce(people, array[customer]);
  mails := coalesce(mails, '{}');
  select coalesce(array_agg(a.account_id), '{}'), coalesce(array_agg(a.username), '{}') into account_ids, usernames
  from accounts a where a.provider_id = target and a.customer_id = any (people);
  select coalesce(array_agg(t.ticket_id), '{}') into ticket_ids
  from tickets t where t.provider_id = target and (t.customer_id = any (people) or t.account_id = any (account_ids));
  select coalesce(array_agg(i.installation_id), '{}') into installation_ids
  from installations i where i.provider_id = target and i.customer_id = any (people);
  select coalesce(array_agg(s.subscription_id), '{}') into subscription_ids from subscriptions s
  where s.provider_id = target and (s.customer_id = any (people) or s.subscription_id in (
    select p.subscription_id from subscription_packages p where p.provider_id = target and p.party = old_party));
  select coalesce(array_agg(g.grant_id), '{}') into grant_ids
  from grants g where g.provider_id = target and g.phone_hash = old_party;
  grant_ids := grant_ids || coalesce((select array_agg(distinct s.grant_id) from sessions s
    where s.provider_id = target and s.grant_id like 'a.%' and split_part(s.grant_id, '.', 2) = any (account_ids)), '{}')
    || coalesce((select array_agg('v.' || o.batch_id || '.' || o.serial) from voucher_owners o
    where o.provider_id = target and o.customer_id = any (people)), '{}');
  select coalesce(array_agg(r.receipt), '{}') into of_receipts
  from receipts r where r.provider_id = target and old_party in (r.party, r.payer_hash);
  select coalesce(array_agg(distinct s.mac) filter (where s.mac is not null), '{}') into macs_of
  from sessions s where s.provider_id = target and s.grant_id = any (grant_ids);
  targets := people || account_ids || ticket_ids || installation_ids || subscription_ids
    || coalesce((select array_agg(i.intent_id) from intents i where i.provider_id = target and i.phone_hash = old_party), '{}')
    || coalesce((select array_agg(m.message_id) from messages m where m.provider_id = target
      and (m.customer_id = any (people) or m.to_hash = old_party)), '{}');

  -- What goes as a whole. `$1` provider, `$2` customers, `$3` party, `$4` accounts, `$5` tickets, `$6` installations, `$7` log-in names,
  -- `$8` e-mail addresses, `$9` devices, `$10` grants, `$11` subscriptions, `$12` what the audit names, `$13` receipts, `$14` now.
  for place in
    select * from (values
      ('messages', 'delete from messages where provider_id = $1 and (customer_id = any ($2) or to_hash = $3)'),
      ('mail_outbox', 'delete from mail_outbox where provider_id = $1 and lower(to_address) = any ($8)'),
      ('customer_sessions', 'delete from customer_sessions where provider_id = $1 and customer_id = any ($2)'),
      ('customer_codes', 'delete from customer_codes where provider_id = $1 and party = $3'),
      ('opt_out_links', 'delete from opt_out_links where provider_id = $1 and (customer_id = any ($2) or to_hash = $3)'),
      ('outage_wishes', 'delete from outage_wishes where provider_id = $1 and customer_id = any ($2)'),
      ('voucher_owners', 'delete from voucher_owners where provider_id = $1 and customer_id = any ($2)'),
      ('buyer_pins', 'delete from buyer_pins where provider_id = $1 and customer_id = any ($2)'),
      ('group_recipients', 'delete from group_recipients where provider_id = $1 and customer_id = any ($2)'),
      ('document_links', 'delete from document_links l using documents d where l.provider_id = $1 and d.provider_id = $1
        and d.document_id = l.document_id and (d.customer_id = any ($2) or d.party = $3)'),
      ('ticket_pictures', 'delete from ticket_pictures where provider_id = $1 and ticket_id = any ($5)'),
      ('installation_pictures', 'delete from installation_pictures where provider_id = $1 and installation_id = any ($6)'),
      ('refused_log_ins', 'delete from refused_log_ins where provider_id = $1 and (username = any ($7) or mac = any ($9))'),
      ('devices_twice', 'delete from devices_twice where provider_id = $1 and mac = any ($9)'),
      ('dead_jobs', 'delete from dead_jobs where data ->> ''providerId'' = $1 and data ->> ''party'' = $3'),
      ('account_sites', 'delete from account_sites where provider_id = $1 and account_id = any ($4)'),
      ('feed_rows', 'update feed_rows set body = null where provider_id = $1 and kind = ''customer-account'' and key = any ($4) and body is not null'),
      ('accounts', 'delete from accounts where provider_id = $1 and account_id = any ($4)'),
      ('customers', 'update customers set name = ''–'', phone_sealed = null, phone_hash = null, phone_masked = null, email = null, note = null,
        active = false, deleted_at_ms = coalesce(deleted_at_ms, $14), updated_at_ms = $14
        where provider_id = $1 and customer_id = any ($2) and (name <> ''–'' or phone_hash is not null or email is not null or note is not null)'),
      ('tickets', 'update tickets set subject = ''–'', opened_by_name = ''–'' where provider_id = $1 and ticket_id = any ($5)'),
      ('ticket_entries', 'update ticket_entries set text = '''',
        who = case when user_id is null then ''–'' else who end where provider_id = $1 and ticket_id = any ($5)'),
      ('stock_movements', 'update stock_movements m set note = null from installations i where m.provider_id = $1 and i.provider_id = $1
        and i.installation_id = any ($6) and m.note = ''#'' || i.number || '' '' || i.name'),
      ('installations', 'update installations set name = ''–'', phone_sealed = null, phone_masked = null, latitude = null, longitude = null,
        place_note = null, note = null, source = null where provider_id = $1 and installation_id = any ($6)'),
      ('subscriptions', 'update subscriptions set suspended_reason = null
        where provider_id = $1 and subscription_id = any ($11) and suspended_reason is not null'),
      ('subscription_log', 'update subscription_log set why = null where provider_id = $1 and subscription_id = any ($11) and why is not null'),
      ('sessions', 'update sessions set mac = null, address = null, username = null where provider_id = $1 and grant_id = any ($10)'),
      ('payment_links', 'update payment_links set revoked_at_ms = coalesce(revoked_at_ms, $14)
        where provider_id = $1 and (customer_id = any ($2) or subscription_id = any ($11))'),
      ('message_consents', 'update message_consents set to_masked = '''', said = null where provider_id = $1 and (customer_id = any ($2) or to_hash = $3)'),
      ('pay_accounts', 'update pay_accounts set active = false where provider_id = $1 and (customer_id = any ($2) or $3 in (party, phone_hash))'),
      ('evidence', 'update evidence set body = '''', body_sealed = null, remote_address = null where provider_id = $1 and state = ''done''
        and (receipt = any ($13) or intent_id in (select intent_id from intents where provider_id = $1 and phone_hash = $3))'),
      ('statement_lines', 'update statement_lines set payer = null where provider_id = $1 and receipt = any ($13) and payer is not null'),
      ('intents', 'update intents set phone_sealed = null, phone_masked = null, message_phone_sealed = null where provider_id = $1 and phone_hash = $3'),
      ('receipts', 'update receipts set payer_masked = null, payer_name = null, account_text = null, note = null where provider_id = $1 and receipt = any ($13)'),
      ('refunds', 'update refunds set phone_sealed = null where provider_id = $1 and party = $3'),
      ('corrections', 'update corrections set phone_masked = case when party = $3 then null else phone_masked end,
        to_phone_masked = case when to_party = $3 then null else to_phone_masked end where provider_id = $1 and $3 in (party, to_party)'),
      ('payment_claims', 'update payment_claims set phone_sealed = null, phone_masked = null where provider_id = $1 and phone_hash = $3'),
      ('cash_sales', 'update cash_sales set phone_sealed = null, phone_masked = null where provider_id = $1 and phone_hash = $3'),
      ('subscription_packages', 'update subscription_packages set phone_sealed = null, phone_masked = null where provider_id = $1 and party = $3'),
      ('invoices', 'update invoices set customer_name = ''–'', phone_sealed = null, phone_masked = null where provider_id = $1 and party = $3'),
      ('invoice_prompts', 'update invoice_prompts set phone_masked = '''' where provider_id = $1 and phone_hash = $3'),
      ('document_charges', 'update document_charges set customer_name = ''–'' where provider_id = $1 and state <> ''waiting'' and (customer_id = any ($2) or party = $3)'),
      ('audit', 'update audit set detail = (detail - ''body'' - ''query'') where provider_id = $1 and detail ?| array[''body'', ''query'']
        and (target = any ($12) or via in (select ''customer '' || who from unnest($2) who))')
    ) as all_of (name, statement)
  loop
    execute 'with unused as (select $1::text, $2::text[], $3::text, $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint) ' || place.statement
      using target, people, old_party, account_ids, ticket_ids, installation_ids, usernames, mails, macs_of,
        grant_ids, subscription_ids, targets, of_receipts, now_ms;
    get diagnostics count = row_count;
    if count > 0 then counts := counts || jsonb_build_object(place.name, count); end if;
  end loop;

  if old_party is null then return counts; end if;
  -- Sites are told of the grants without the name that they know the phone by.
  with changed as (
    select r.scope, r.key, row_number() over (partition by r.scope order by r.version, r.key) as place
    from feed_rows r where r.provider_id = target and r.kind = 'grant' and r.key = any (grant_ids) and r.body ->> 'phoneHash' is not null
  ), taken as (
    update feed_scopes s set version = s.version + c.rows
    from (select scope, count(*) as rows from changed group by scope) c
    where s.provider_id = target and s.scope = c.scope
    returning s.scope, s.version - c.rows as version
  )
  update feed_rows r set version = t.version + c.place, changed_at_ms = now_ms, body = jsonb_set(r.body, '{phoneHash}', 'null')
  from changed c join taken t on t.scope = c.scope
  where r.provider_id = target and r.scope = c.scope and r.kind = 'grant' and r.key = c.key;
  -- The catalog says which columns name a person in the books, so it goes on to fit the tables.
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
    if count > 0 and not counts ? place.name then counts := counts || jsonb_build_object(place.name, count); end if;
  end loop;
  return counts;
end
$blank$;

-- What an erasure would do: it is done, counted, and taken back.
create function karibu_count_person(target text, customer text, old_party text) returns jsonb
language plpgsql set search_path = public, pg_temp as $count$
declare
  counts jsonb;
begin
  begin
    counts := karibu_blank_person(target, customer, old_party, repeat('0', 64), 0);
    raise exception using errcode = 'KB001';
  exception when sqlstate 'KB001' then null;
  end;
  return counts;
end
$count$;

create function karibu_erase_person(target text, erasure text, customer text, old_party text, pseudonym text, by_user text, now_ms bigint)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $erase$
declare
  counts jsonb := karibu_blank_person(target, customer, old_party, pseudonym, now_ms);
begin
  insert into person_erasures (provider_id, erasure_id, customer_id, party, pseudonym, asked_by, at_ms, counts)
  values (target, erasure, customer, old_party, pseudonym, by_user, now_ms, counts);
  update person_erasures set party = null where provider_id = target and erasure_id = erasure;
  return counts;
end
$erase$;
-- For a restored hub, which has the row of the erasure again, and the person as before: the same is blanked, under the same pseudonym.
create function karibu_erase_again(target text, erasure text) returns jsonb
language plpgsql set search_path = public, pg_temp as $again$
declare
  row person_erasures;
begin
  select * into row from person_erasures e where e.provider_id = target and e.erasure_id = erasure;
  update person_erasures set party = null where provider_id = target and erasure_id = erasure;
  return karibu_blank_person(target, row.customer_id, row.party, row.pseudonym, row.at_ms);
end
$again$;
revoke execute on function karibu_erase_again from public;
revoke execute on function karibu_blank_person, karibu_count_person, karibu_erase_person from public;
grant execute on function karibu_blank_person, karibu_count_person, karibu_erase_person to karibu_app, karibu_platform;
