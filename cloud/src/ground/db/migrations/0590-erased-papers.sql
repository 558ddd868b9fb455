-- What an erasure left: names on charges whose document is still to be made, what came in about the person's payments and belongs to nobody, and what
-- was typed for their invoices, refunds and claims. It goes before the rest, while the rows still name the person. Whoever has something under way
-- is refused before.
alter function karibu_blank_person(text, text, text, text, bigint) rename to karibu_blank_person_rows;
create function karibu_blank_person(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $blank$
declare
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
    update audit a set detail = (a.detail - 'body' - 'query') where a.provider_id = karibu_blank_person.target
      and a.detail ?| array['body', 'query'] and a.target in (
      select i.invoice_id from invoices i where i.provider_id = karibu_blank_person.target and i.party = old_party
      union all select r.refund_id from refunds r where r.provider_id = karibu_blank_person.target and r.party = old_party
      union all select c.claim_id from payment_claims c where c.provider_id = karibu_blank_person.target and c.phone_hash = old_party);
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
revoke execute on function karibu_blank_person from public;
grant execute on function karibu_blank_person to karibu_app, karibu_platform;
