-- Who only asked for a line and never became a customer is erased, too: by the number like everybody, and where none was given by the job alone.
-- Such a person is called `lead:<installation>` in `person_erasures`, so that a restored hub finds them again.
alter function karibu_blank_person(text, text, text, text, bigint) rename to karibu_blank_person_numbers;
create function karibu_blank_person(target text, customer text, old_party text, pseudonym text, now_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $blank$
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
revoke execute on function karibu_blank_person, karibu_blank_person_numbers from public;
revoke execute on function karibu_blank_person_numbers from karibu_app, karibu_platform;
grant execute on function karibu_blank_person to karibu_app, karibu_platform;
