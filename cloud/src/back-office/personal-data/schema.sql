-- Tables of back-office/personal-data. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Whoever was erased by name: who asked and when, and what was done. No word of the person: `party` stands here only until the erasure is
-- noted for the back-up store, in the same transaction (a restored hub needs it to erase again), and the pseudonym is random.
-- The database alone writes it (`karibu_erase_person_of`).
create table person_erasures (
  provider_id text not null references providers,
  erasure_id text not null,
  customer_id text not null,
  party text, -- null as soon as it is noted
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

-- Takes one person out of one provider's rows; twice is as once. The application's roles may change neither the ledger nor the audit; this
-- function may, and changes nothing there but who it was. No amount, no account, no number and no time of a money row is touched. @param
-- old_party null: no phone is known @returns rows by table
create function karibu_blank_person_rows(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
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
    || coalesce((select array_agg(i.purchase_id) from purchases i where i.provider_id = target and i.phone_hash = old_party), '{}')
    || coalesce((select array_agg(m.message_id) from messages m where m.provider_id = target
      and (m.customer_id = any (people) or m.to_hash = old_party)), '{}');

  -- What goes as a whole. `$1` provider, `$2` customers, `$3` party, `$4` accounts, `$5` tickets, `$6` installations, `$7` log-in names,
  -- `$8` e-mail addresses, `$9` devices, `$10` grants, `$11` subscriptions, `$12` what the audit names, `$13` receipts, `$14` now.
  for place in
    select * from (values
      -- An event names its recipient at its end, also of a message that is forgotten.
      ('messages', ', theirs as (delete from message_events e where e.provider_id = $1 and (right(e.event_key, length($3) + 1) = ''/'' || $3
          or e.message_id in (select message_id from messages where provider_id = $1 and (customer_id = any ($2) or to_hash = $3))))
        delete from messages where provider_id = $1 and (customer_id = any ($2) or to_hash = $3)'),
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
      ('evidence', ', theirs as (select evidence_id, received_at_ms from evidence where provider_id = $1 and state = ''done''
          and (receipt = any ($13) or purchase_id in (select purchase_id from purchases where provider_id = $1 and phone_hash = $3))),
        bodies as (delete from evidence_bodies b using theirs
          where b.provider_id = $1 and b.received_at_ms = theirs.received_at_ms and b.evidence_id = theirs.evidence_id)
        update evidence e set body = '''', kept_body_sealed = null, remote_address = null from theirs
        where e.provider_id = $1 and e.evidence_id = theirs.evidence_id'),
      ('statement_lines', 'update statement_lines set payer = null where provider_id = $1 and receipt = any ($13) and payer is not null'),
      ('purchases', 'update purchases set phone_sealed = null, phone_masked = null, message_phone_sealed = null where provider_id = $1 and phone_hash = $3'),
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
revoke execute on function karibu_blank_person_rows from public;
grant execute on function karibu_blank_person_rows to karibu_app, karibu_platform;

-- For a restored hub, which has the row of the erasure again, and the person as before: the same is blanked, under the same pseudonym.
create function karibu_erase_again(target text, erasure text) returns jsonb language plpgsql set search_path = public, pg_temp as $again$
declare
  row person_erasures;
begin
  select * into row from person_erasures e where e.provider_id = target and e.erasure_id = erasure;
  update person_erasures set party = null where provider_id = target and erasure_id = erasure;
  return karibu_blank_person(target, row.customer_id, row.party, row.pseudonym, row.at_ms);
end
$again$;
revoke execute on function karibu_erase_again from public;

-- Erases a person's papers, and what `karibu_blank_person_rows` erases.
create function karibu_blank_person_papers(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
declare
  whose text := target; -- `audit` has a column of that name
  people text[];
  charges bigint := 0;
  unmatched bigint := 0;
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
    with theirs as (
      select e.evidence_id, e.received_at_ms from evidence e where e.provider_id = target and e.state = 'unmatched'
        and (e.receipt in (select r.receipt from receipts r where r.provider_id = target and old_party in (r.party, r.payer_hash))
          or e.purchase_id in (select i.purchase_id from purchases i where i.provider_id = target and i.phone_hash = old_party))
    ), bodies as (
      delete from evidence_bodies b using theirs
      where b.provider_id = target and b.received_at_ms = theirs.received_at_ms and b.evidence_id = theirs.evidence_id
    )
    update evidence e set body = '', kept_body_sealed = null, remote_address = null from theirs
    where e.provider_id = target and e.evidence_id = theirs.evidence_id;
    get diagnostics unmatched = row_count;
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
  if unmatched > 0 then
    counts := counts || jsonb_build_object('evidence', unmatched + coalesce((counts ->> 'evidence')::bigint, 0));
  end if;
  if papers > 0 then
    counts := counts || jsonb_build_object('audit', papers + coalesce((counts ->> 'audit')::bigint, 0));
  end if;
  return counts;
end
$blank$;
revoke execute on function karibu_blank_person_papers from public;

create function karibu_counts_summed(one jsonb, other jsonb) returns jsonb language sql immutable set search_path = public, pg_temp as $sum$
  select coalesce(jsonb_object_agg(name, total), '{}') from (
    select name, sum(rows::bigint) as total from (
      select key as name, value as rows from jsonb_each_text(one) union all select key, value from jsonb_each_text(other)) both_of
    group by name) summed
$sum$;
revoke execute on function karibu_counts_summed from public;
grant execute on function karibu_counts_summed to karibu_app, karibu_platform;

create function karibu_blank_person_numbers(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
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
revoke execute on function karibu_blank_person_numbers from public;

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
-- one mark would collide where the books know a number once
create function karibu_erase_person_of(target text, customer text, numbers text[], erasures text[], pseudonyms text[], by_user text, now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $erase$
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
revoke execute on function karibu_erase_person_of from public;
grant execute on function karibu_erase_person_of to karibu_app, karibu_platform;

create function karibu_blank_person(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
declare
  whose text := target; -- `audit` has a column of that name
  lead text := case when customer like 'lead:%' then substr(customer, 6) end;
  rows_of jsonb := '{}';
  count bigint;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from target
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
  -- A job that became a customer's since is that customer's.
  if lead is not null and exists (select from installations i
    where i.provider_id = target and i.installation_id = lead and i.customer_id is null) then
    delete from installation_pictures p where p.provider_id = target and p.installation_id = lead;
    get diagnostics count = row_count;
    if count > 0 then rows_of := rows_of || jsonb_build_object('installation_pictures', count); end if;
    update stock_movements m set note = null from installations i where m.provider_id = target and i.provider_id = target
      and i.installation_id = lead and m.note = '#' || i.number || ' ' || i.name;
    update audit a set detail = (a.detail - 'body' - 'query') where a.provider_id = whose
      and a.detail ?| array['body', 'query'] and a.target = lead;
    get diagnostics count = row_count;
    if count > 0 then rows_of := rows_of || jsonb_build_object('audit', count); end if;
    update installations i set phone_sealed = null, phone_masked = null, phone_hash = null, name = '–', latitude = null, longitude = null,
      place_note = null, note = null, source = null, cancel_reason = null, state = 'cancelled',
      ended_at_ms = coalesce(i.ended_at_ms, now_ms), changed_at_ms = now_ms
    where i.provider_id = target and i.installation_id = lead;
    rows_of := rows_of || jsonb_build_object('installations', 1);
  end if;
  return karibu_counts_summed(rows_of, karibu_blank_person_numbers(target, customer, old_party, pseudonym, now_ms));
end
$blank$;
revoke execute on function karibu_blank_person from public;
grant execute on function karibu_blank_person to karibu_app, karibu_platform;
