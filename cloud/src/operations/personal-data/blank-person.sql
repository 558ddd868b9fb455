-- Written by `npm run schema-types` from the rooms' `personal-data.ts`: change those. Takes one person out of one provider's rows; twice is as once.
-- The application's roles may change neither the ledger nor the audit; this function may, and changes nothing there but who it was. No amount,
-- no account, no number and no time of a money row is touched. @param of_party null: no phone is known @returns rows by table
create function karibu_blank_person(of_provider text, of_customer text, of_party text, of_pseudonym text, of_now bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
declare
  of_lead text := case when of_customer like 'lead:%' then substr(of_customer, 6) end;
  of_customers text[] := '{}';
  of_mails text[] := '{}';
  of_accounts text[] := '{}';
  of_usernames text[] := '{}';
  of_tickets text[] := '{}';
  of_installations text[] := '{}';
  of_job_notes text[] := '{}';
  of_subscriptions text[] := '{}';
  of_grants text[] := '{}';
  of_grant_spans text[] := '{}';
  of_devices text[] := '{}';
  of_address_spans text[] := '{}';
  of_receipts text[] := '{}';
  of_purchases text[] := '{}';
  of_messages text[] := '{}';
  of_papers text[] := '{}';
  of_documents text[] := '{}';
  of_sale_records text[] := '{}';
  of_named text[];
  of_counts jsonb := '{}';
  of_count bigint;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from of_provider
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
  of_customers := of_customers || array(select customer_id from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party) union all select of_customer where not exists (select from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party)));
  of_mails := of_mails || array(select lower(email) from customers where provider_id = of_provider and customer_id = any (of_customers) and email is not null);
  of_accounts := of_accounts || array(select account_id from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_usernames := of_usernames || array(select username from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_tickets := of_tickets || array(select ticket_id from tickets where provider_id = of_provider and (customer_id = any (of_customers) or account_id = any (of_accounts)
      or split_part(about, '/', 1) = 'ask-back' and split_part(about, '/', 2) = any (of_customers)));
  of_installations := of_installations || array(select installation_id from installations where provider_id = of_provider and (customer_id = any (of_customers)
      or customer_id is null and (phone_hash = of_party or installation_id = of_lead)));
  of_job_notes := of_job_notes || array(select '#' || number from installations where provider_id = of_provider and installation_id = any (of_installations));
  of_subscriptions := of_subscriptions || array(select subscription_id from subscriptions where provider_id = of_provider and (customer_id = any (of_customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = of_provider and p.party = of_party)));
  of_grants := of_grants || array(select distinct grant_id from sessions where provider_id = of_provider and grant_id like 'a.%' and split_part(grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select unnest(array[g.grant_id, 'b.' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = of_provider and g.phone_hash = of_party
      union all select distinct s.grant_id from grant_starts s where s.provider_id = of_provider and s.origin = 'account'
        and split_part(s.grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select 'v.' || batch_id || '.' || serial from voucher_owners where provider_id = of_provider and customer_id = any (of_customers));
  of_grants := of_grants || array(select grant_id from cash_sales where provider_id = of_provider and phone_hash = of_party);
  of_grants := of_grants || array(select grant_id from trial_claims where provider_id = of_provider and party = of_party);
  of_grant_spans := of_grant_spans || array(select kind || batch_id || '.' || serial || '/' || since_ms || '/' || coalesce(until_ms::text, '') from (
        select provider_id, batch_id, serial, customer_id, since_ms, null as until_ms from voucher_owners
        union all select provider_id, batch_id, serial, customer_id, since_ms, until_ms from voucher_past_owners) owned, unnest(array['v.', 'b.']) kind
      where provider_id = of_provider and customer_id = any (of_customers));
  of_devices := of_devices || array(select distinct mac from sessions where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) < split_part(span, '/', 3)::bigint))) and mac is not null);
  of_address_spans := of_address_spans || array(select distinct site_id || '/' || address || '/' || ((case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) - 3600000) || '/' || coalesce((stopped_at_ms + 3600000)::text, '')
      from sessions where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) < split_part(span, '/', 3)::bigint))) and address is not null);
  of_receipts := of_receipts || array(select receipt from receipts where provider_id = of_provider and of_party in (party, payer_hash));
  of_purchases := of_purchases || array(select purchase_id from purchases where provider_id = of_provider and phone_hash = of_party);
  of_messages := of_messages || array(select message_id from messages where provider_id = of_provider and (customer_id = any (of_customers) or to_hash = of_party));
  of_papers := of_papers || array(select refund_id from refunds where provider_id = of_provider and party = of_party);
  of_papers := of_papers || array(select claim_id from payment_claims where provider_id = of_provider and phone_hash = of_party);
  of_papers := of_papers || array(select invoice_id from invoices where provider_id = of_provider and party = of_party);
  of_documents := of_documents || array(select document_id from documents where provider_id = of_provider and (customer_id = any (of_customers) or party = of_party));
  of_sale_records := of_sale_records || array(select site_id || '/' || epoch || '/' || seq from cash_sales where provider_id = of_provider and phone_hash = of_party);
  of_named := of_customers || of_accounts || of_tickets || of_installations || of_subscriptions || of_purchases || of_messages || of_papers;
  delete from mail_outbox where provider_id = of_provider and lower(to_address) = any (of_mails);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('mail_outbox', of_count); end if;
  delete from dead_jobs where data ->> 'providerId' = of_provider and data ->> 'party' = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('dead_jobs', of_count); end if;
  update feed_rows set body = null where provider_id = of_provider and kind = 'customer-account' and key = any (of_accounts) and body is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('feed_rows', of_count); end if;
  update audit set detail = (detail - 'body' - 'query') where provider_id = of_provider and (target = any (of_named) or via in (select 'customer ' || who from unnest(of_customers) who)
        or target = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = target)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = target and at_ms >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or at_ms < split_part(span, '/', 3)::bigint)))) and detail ?| array['body', 'query'];
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('audit', of_count); end if;
  update journal_records set raw = case kind
    when 'cash-sale' then raw - 'phone'
    when 'device-bound' then raw || '{"mac": null}' || case when raw ->> 'device' ~ '^(mac|ip)\.' then '{"device": null}' else '{}' end::jsonb || case when exists (select from journal_records b where b.provider_id = journal_records.provider_id and b.site_id = journal_records.site_id
      and b.kind in ('device-bound', 'device-unbound') and b.raw ->> 'grantId' = journal_records.raw ->> 'grantId'
      and b.kind = 'device-bound' and b.raw ->> 'device' = journal_records.raw ->> 'replaces' and not ((b.raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId'))
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId') and (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) < split_part(span, '/', 3)::bigint))))) then '{}'::jsonb else case when raw ->> 'replaces' ~ '^(mac|ip)\.' then '{"replaces": null}' else '{}' end::jsonb end
    when 'device-unbound' then raw || case when exists (select from journal_records b where b.provider_id = journal_records.provider_id and b.site_id = journal_records.site_id
      and b.kind in ('device-bound', 'device-unbound') and b.raw ->> 'grantId' = journal_records.raw ->> 'grantId'
      and b.kind = 'device-bound' and b.raw ->> 'device' = journal_records.raw ->> 'device' and not ((b.raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId'))
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId') and (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) < split_part(span, '/', 3)::bigint))))) then '{}'::jsonb else case when raw ->> 'device' ~ '^(mac|ip)\.' then '{"device": null}' else '{}' end::jsonb end
    else raw end where provider_id = of_provider and ((site_id, epoch, seq) in (
        select split_part(record, '/', 1), split_part(record, '/', 2), split_part(record, '/', 3)::bigint from unnest(of_sale_records) record)
      or kind in ('device-bound', 'device-unbound') and (journal_records.raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (journal_records.raw ->> 'grantId'))
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (journal_records.raw ->> 'grantId') and (case when journal_records.at_ms between 1735689600000 and journal_records.received_at_ms + 86400000 then journal_records.at_ms else journal_records.received_at_ms end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when journal_records.at_ms between 1735689600000 and journal_records.received_at_ms + 86400000 then journal_records.at_ms else journal_records.received_at_ms end) < split_part(span, '/', 3)::bigint)))
      or kind = 'device-unbound' and (raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
        and starts_with(raw ->> 'device', 'mac.') and substr(raw ->> 'device', 5) = any (of_devices)) and raw <> case kind
    when 'cash-sale' then raw - 'phone'
    when 'device-bound' then raw || '{"mac": null}' || case when raw ->> 'device' ~ '^(mac|ip)\.' then '{"device": null}' else '{}' end::jsonb || case when exists (select from journal_records b where b.provider_id = journal_records.provider_id and b.site_id = journal_records.site_id
      and b.kind in ('device-bound', 'device-unbound') and b.raw ->> 'grantId' = journal_records.raw ->> 'grantId'
      and b.kind = 'device-bound' and b.raw ->> 'device' = journal_records.raw ->> 'replaces' and not ((b.raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId'))
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId') and (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) < split_part(span, '/', 3)::bigint))))) then '{}'::jsonb else case when raw ->> 'replaces' ~ '^(mac|ip)\.' then '{"replaces": null}' else '{}' end::jsonb end
    when 'device-unbound' then raw || case when exists (select from journal_records b where b.provider_id = journal_records.provider_id and b.site_id = journal_records.site_id
      and b.kind in ('device-bound', 'device-unbound') and b.raw ->> 'grantId' = journal_records.raw ->> 'grantId'
      and b.kind = 'device-bound' and b.raw ->> 'device' = journal_records.raw ->> 'device' and not ((b.raw ->> 'grantId') = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId'))
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = (b.raw ->> 'grantId') and (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when b.at_ms between 1735689600000 and b.received_at_ms + 86400000 then b.at_ms else b.received_at_ms end) < split_part(span, '/', 3)::bigint))))) then '{}'::jsonb else case when raw ->> 'device' ~ '^(mac|ip)\.' then '{"device": null}' else '{}' end::jsonb end
    else raw end;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('journal_records', of_count); end if;
  update alarms set fields = fields - 'who' where provider_id = of_provider and ((fields ->> 'who') is not null and ((fields ->> 'who') = any (of_devices) or exists (select from unnest(of_address_spans) span where split_part(span, '/', 1) = site_id
    and split_part(span, '/', 2) = (fields ->> 'who') and (case when at_ms between 1735689600000 and received_at_ms + 86400000 then at_ms else received_at_ms end) >= split_part(span, '/', 3)::bigint
    and (split_part(span, '/', 4) = '' or (case when at_ms between 1735689600000 and received_at_ms + 86400000 then at_ms else received_at_ms end) < split_part(span, '/', 4)::bigint))));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('alarms', of_count); end if;
  delete from message_events where provider_id = of_provider and (message_id = any (of_messages) or customer_id = any (of_customers) or right(event_key, length(of_party) + 1) = '/' || of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('message_events', of_count); end if;
  delete from messages where provider_id = of_provider and (customer_id = any (of_customers) or to_hash = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('messages', of_count); end if;
  delete from opt_out_links where provider_id = of_provider and (customer_id = any (of_customers) or to_hash = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('opt_out_links', of_count); end if;
  delete from whatsapp_windows where provider_id = of_provider and to_hash = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('whatsapp_windows', of_count); end if;
  update message_consents set to_masked = '', said = null where provider_id = of_provider and (customer_id = any (of_customers) or to_hash = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('message_consents', of_count); end if;
  update customers set name = '–', phone_sealed = null, phone_hash = null, phone_masked = null, email = null, note = null, active = false, deleted_at_ms = coalesce(deleted_at_ms, of_now), updated_at_ms = of_now where provider_id = of_provider and customer_id = any (of_customers) and (name <> '–' or phone_hash is not null or email is not null or note is not null);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('customers', of_count); end if;
  delete from customer_numbers where provider_id = of_provider and (customer_id = any (of_customers) or phone_hash = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('customer_numbers', of_count); end if;
  delete from refused_log_ins where provider_id = of_provider and (username = any (of_usernames) or mac = any (of_devices));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('refused_log_ins', of_count); end if;
  delete from devices_twice where provider_id = of_provider and mac = any (of_devices);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('devices_twice', of_count); end if;
  update sessions set mac = null, address = null, username = null where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) < split_part(span, '/', 3)::bigint)));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('sessions', of_count); end if;
  update grants set sold = null where provider_id = of_provider and phone_hash = of_party and sold is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('grants', of_count); end if;
  update grant_changes set paused_reason = null where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and changed_at_ms >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or changed_at_ms < split_part(span, '/', 3)::bigint))) and paused_reason is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('grant_changes', of_count); end if;
  update grant_change_log set reason = '–' where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and at_ms >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or at_ms < split_part(span, '/', 3)::bigint))) and reason <> '–';
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('grant_change_log', of_count); end if;
  delete from account_sites where provider_id = of_provider and account_id = any (of_accounts);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('account_sites', of_count); end if;
  delete from accounts where provider_id = of_provider and account_id = any (of_accounts);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('accounts', of_count); end if;
  update listed_codes set more = more - 'mac', mac_erased = true where provider_id = of_provider and more ->> 'mac' = any (of_devices);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('listed_codes', of_count); end if;
  update voucher_owners set customer_id = null where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('voucher_owners', of_count); end if;
  delete from voucher_past_owners where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('voucher_past_owners', of_count); end if;
  update payment_links set revoked_at_ms = coalesce(revoked_at_ms, of_now) where provider_id = of_provider and (customer_id = any (of_customers) or subscription_id = any (of_subscriptions));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('payment_links', of_count); end if;
  update pay_accounts set active = false where provider_id = of_provider and (customer_id = any (of_customers) or of_party in (party, phone_hash));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('pay_accounts', of_count); end if;
  update invoice_prompts set phone_masked = '' where provider_id = of_provider and phone_hash = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('invoice_prompts', of_count); end if;
  delete from evidence_bodies where provider_id = of_provider and (received_at_ms, evidence_id) in (select received_at_ms, evidence_id from evidence where provider_id = of_provider and state in ('done', 'unmatched') and (receipt = any (of_receipts) or purchase_id = any (of_purchases)));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('evidence_bodies', of_count); end if;
  update evidence set kept_body_sealed = null, remote_address = null where provider_id = of_provider and state in ('done', 'unmatched') and (receipt = any (of_receipts) or purchase_id = any (of_purchases));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('evidence', of_count); end if;
  update statement_lines set payer = null, account_text = null where provider_id = of_provider and receipt = any (of_receipts) and (payer is not null or account_text is not null);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('statement_lines', of_count); end if;
  update statement_differences set note = null where provider_id = of_provider and receipt = any (of_receipts) and note is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('statement_differences', of_count); end if;
  update purchases set phone_sealed = case when phone_hash = of_party then null else phone_sealed end, phone_masked = case when phone_hash = of_party then null else phone_masked end, message_phone_sealed = null where provider_id = of_provider and of_party in (phone_hash, to_hash);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('purchases', of_count); end if;
  update receipts set payer_masked = null, payer_name = null, account_text = null, note = null where provider_id = of_provider and receipt = any (of_receipts);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('receipts', of_count); end if;
  update refunds set phone_sealed = null, reason = '–', note = null where provider_id = of_provider and party = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('refunds', of_count); end if;
  update corrections set reason = '–', phone_masked = case when party = of_party then null else phone_masked end, to_phone_masked = case when to_party = of_party then null else to_phone_masked end where provider_id = of_provider and of_party in (party, to_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('corrections', of_count); end if;
  update payment_claims set phone_sealed = null, phone_masked = null, turned_down_reason = null where provider_id = of_provider and phone_hash = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('payment_claims', of_count); end if;
  update cash_sales set phone_sealed = null, phone_masked = null where provider_id = of_provider and phone_hash = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('cash_sales', of_count); end if;
  update subscriptions set suspended_reason = null where provider_id = of_provider and subscription_id = any (of_subscriptions) and suspended_reason is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('subscriptions', of_count); end if;
  update subscription_log set why = null where provider_id = of_provider and subscription_id = any (of_subscriptions) and why is not null;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('subscription_log', of_count); end if;
  update subscription_packages set phone_sealed = null, phone_masked = null where provider_id = of_provider and party = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('subscription_packages', of_count); end if;
  update invoices set customer_name = '–', phone_sealed = null, phone_masked = null where provider_id = of_provider and party = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('invoices', of_count); end if;
  delete from document_links where provider_id = of_provider and document_id = any (of_documents);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('document_links', of_count); end if;
  update document_charges set customer_name = '–' where provider_id = of_provider and (customer_id = any (of_customers) or party = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('document_charges', of_count); end if;
  delete from buyer_pins where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('buyer_pins', of_count); end if;
  delete from customer_sessions where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('customer_sessions', of_count); end if;
  delete from customer_codes where provider_id = of_provider and party = of_party;
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('customer_codes', of_count); end if;
  update alerts set fields = fields - 'who' where provider_id = of_provider and ((fields ->> 'who') is not null and ((fields ->> 'who') = any (of_devices) or exists (select from unnest(of_address_spans) span where split_part(span, '/', 1) = site_id
    and split_part(span, '/', 2) = (fields ->> 'who') and (case when began_at_ms between 1735689600000 and told_at_ms + 86400000 then began_at_ms else told_at_ms end) >= split_part(span, '/', 3)::bigint
    and (split_part(span, '/', 4) = '' or (case when began_at_ms between 1735689600000 and told_at_ms + 86400000 then began_at_ms else told_at_ms end) < split_part(span, '/', 4)::bigint))));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('alerts', of_count); end if;
  delete from group_recipients where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('group_recipients', of_count); end if;
  update installations set phone_sealed = null, phone_masked = null, phone_hash = null, latitude = case when installation_id = any (of_installations) then null else latitude end, longitude = case when installation_id = any (of_installations) then null else longitude end, place_note = case when installation_id = any (of_installations) then null else place_note end, note = case when installation_id = any (of_installations) then null else note end, source = case when installation_id = any (of_installations) then null else source end, cancel_reason = case when installation_id = any (of_installations) then null else cancel_reason end, name = case when installation_id = any (of_installations) then '–' else name end, state = case when customer_id is null then 'cancelled' else state end, ended_at_ms = case when customer_id is null then coalesce(ended_at_ms, of_now) else ended_at_ms end, changed_at_ms = case when customer_id is null or phone_hash = of_party then of_now else changed_at_ms end where provider_id = of_provider and (installation_id = any (of_installations) or phone_hash = of_party);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('installations', of_count); end if;
  delete from installation_pictures where provider_id = of_provider and installation_id = any (of_installations);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('installation_pictures', of_count); end if;
  delete from outage_wishes where provider_id = of_provider and customer_id = any (of_customers);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('outage_wishes', of_count); end if;
  update stock_movements set note = null where provider_id = of_provider and note is not null and (why = 'used' and split_part(note, ' ', 1) = any (of_job_notes)
  or array[from_place, to_place] && array(select 'customer:' || id from unnest(of_customers) id union all select 'job:' || id from unnest(of_installations) id));
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('stock_movements', of_count); end if;
  update tickets set subject = '–', opened_by_name = '–' where provider_id = of_provider and ticket_id = any (of_tickets);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('tickets', of_count); end if;
  update ticket_entries set text = '', who = case when user_id is null then '–' else who end where provider_id = of_provider and ticket_id = any (of_tickets);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('ticket_entries', of_count); end if;
  delete from ticket_pictures where provider_id = of_provider and ticket_id = any (of_tickets);
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('ticket_pictures', of_count); end if;
  return of_counts || karibu_mark_person(of_provider, of_party, of_pseudonym, of_grants, of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span), of_devices, of_now, of_counts);
end
$blank$;
revoke execute on function karibu_blank_person from public;
grant execute on function karibu_blank_person to karibu_app, karibu_platform;

-- The grants that are theirs, or were for a time, before they are erased: <grant>/<from ms>/<until ms>, without the last where it still is. Of an
-- account one row stands for all of its periods, also those that no site has told of yet.
create function karibu_grants_of_person(of_provider text, of_customer text, of_party text) returns jsonb language plpgsql
  set search_path = public, pg_temp as $grants$
declare
  of_lead text := case when of_customer like 'lead:%' then substr(of_customer, 6) end;
  of_customers text[] := '{}';
  of_mails text[] := '{}';
  of_accounts text[] := '{}';
  of_usernames text[] := '{}';
  of_tickets text[] := '{}';
  of_installations text[] := '{}';
  of_job_notes text[] := '{}';
  of_subscriptions text[] := '{}';
  of_grants text[] := '{}';
  of_grant_spans text[] := '{}';
begin
  of_customers := of_customers || array(select customer_id from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party) union all select of_customer where not exists (select from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party)));
  of_mails := of_mails || array(select lower(email) from customers where provider_id = of_provider and customer_id = any (of_customers) and email is not null);
  of_accounts := of_accounts || array(select account_id from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_usernames := of_usernames || array(select username from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_tickets := of_tickets || array(select ticket_id from tickets where provider_id = of_provider and (customer_id = any (of_customers) or account_id = any (of_accounts)
      or split_part(about, '/', 1) = 'ask-back' and split_part(about, '/', 2) = any (of_customers)));
  of_installations := of_installations || array(select installation_id from installations where provider_id = of_provider and (customer_id = any (of_customers)
      or customer_id is null and (phone_hash = of_party or installation_id = of_lead)));
  of_job_notes := of_job_notes || array(select '#' || number from installations where provider_id = of_provider and installation_id = any (of_installations));
  of_subscriptions := of_subscriptions || array(select subscription_id from subscriptions where provider_id = of_provider and (customer_id = any (of_customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = of_provider and p.party = of_party)));
  of_grants := of_grants || array(select distinct grant_id from sessions where provider_id = of_provider and grant_id like 'a.%' and split_part(grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select unnest(array[g.grant_id, 'b.' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = of_provider and g.phone_hash = of_party
      union all select distinct s.grant_id from grant_starts s where s.provider_id = of_provider and s.origin = 'account'
        and split_part(s.grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select 'v.' || batch_id || '.' || serial from voucher_owners where provider_id = of_provider and customer_id = any (of_customers));
  of_grants := of_grants || array(select grant_id from cash_sales where provider_id = of_provider and phone_hash = of_party);
  of_grants := of_grants || array(select grant_id from trial_claims where provider_id = of_provider and party = of_party);
  of_grant_spans := of_grant_spans || array(select kind || batch_id || '.' || serial || '/' || since_ms || '/' || coalesce(until_ms::text, '') from (
        select provider_id, batch_id, serial, customer_id, since_ms, null as until_ms from voucher_owners
        union all select provider_id, batch_id, serial, customer_id, since_ms, until_ms from voucher_past_owners) owned, unnest(array['v.', 'b.']) kind
      where provider_id = of_provider and customer_id = any (of_customers));
  return coalesce((select jsonb_agg(distinct span) from (
    select unnest(of_grant_spans) as span
    union all select 'a.' || account || '/0/' from unnest(of_accounts) account
    union all select theirs || '/0/' from unnest(of_grants) theirs
      where theirs not in (select split_part(span, '/', 1) from unnest(of_grant_spans) span)
        and not (theirs like 'a.%' and split_part(theirs, '.', 2) = any (of_accounts))) spans), '[]');
end
$grants$;
revoke execute on function karibu_grants_of_person from public;

-- The MAC addresses that are theirs, before they are erased.
create function karibu_devices_of_person(of_provider text, of_customer text, of_party text) returns text[] language plpgsql
  set search_path = public, pg_temp as $devices$
declare
  of_lead text := case when of_customer like 'lead:%' then substr(of_customer, 6) end;
  of_customers text[] := '{}';
  of_mails text[] := '{}';
  of_accounts text[] := '{}';
  of_usernames text[] := '{}';
  of_tickets text[] := '{}';
  of_installations text[] := '{}';
  of_job_notes text[] := '{}';
  of_subscriptions text[] := '{}';
  of_grants text[] := '{}';
  of_grant_spans text[] := '{}';
  of_devices text[] := '{}';
begin
  of_customers := of_customers || array(select customer_id from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party) union all select of_customer where not exists (select from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party)));
  of_mails := of_mails || array(select lower(email) from customers where provider_id = of_provider and customer_id = any (of_customers) and email is not null);
  of_accounts := of_accounts || array(select account_id from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_usernames := of_usernames || array(select username from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_tickets := of_tickets || array(select ticket_id from tickets where provider_id = of_provider and (customer_id = any (of_customers) or account_id = any (of_accounts)
      or split_part(about, '/', 1) = 'ask-back' and split_part(about, '/', 2) = any (of_customers)));
  of_installations := of_installations || array(select installation_id from installations where provider_id = of_provider and (customer_id = any (of_customers)
      or customer_id is null and (phone_hash = of_party or installation_id = of_lead)));
  of_job_notes := of_job_notes || array(select '#' || number from installations where provider_id = of_provider and installation_id = any (of_installations));
  of_subscriptions := of_subscriptions || array(select subscription_id from subscriptions where provider_id = of_provider and (customer_id = any (of_customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = of_provider and p.party = of_party)));
  of_grants := of_grants || array(select distinct grant_id from sessions where provider_id = of_provider and grant_id like 'a.%' and split_part(grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select unnest(array[g.grant_id, 'b.' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = of_provider and g.phone_hash = of_party
      union all select distinct s.grant_id from grant_starts s where s.provider_id = of_provider and s.origin = 'account'
        and split_part(s.grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select 'v.' || batch_id || '.' || serial from voucher_owners where provider_id = of_provider and customer_id = any (of_customers));
  of_grants := of_grants || array(select grant_id from cash_sales where provider_id = of_provider and phone_hash = of_party);
  of_grants := of_grants || array(select grant_id from trial_claims where provider_id = of_provider and party = of_party);
  of_grant_spans := of_grant_spans || array(select kind || batch_id || '.' || serial || '/' || since_ms || '/' || coalesce(until_ms::text, '') from (
        select provider_id, batch_id, serial, customer_id, since_ms, null as until_ms from voucher_owners
        union all select provider_id, batch_id, serial, customer_id, since_ms, until_ms from voucher_past_owners) owned, unnest(array['v.', 'b.']) kind
      where provider_id = of_provider and customer_id = any (of_customers));
  of_devices := of_devices || array(select distinct mac from sessions where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) < split_part(span, '/', 3)::bigint))) and mac is not null);
  return array(select distinct unnest(of_devices));
end
$devices$;
revoke execute on function karibu_devices_of_person from public;
grant execute on function karibu_devices_of_person to karibu_app, karibu_platform;

-- The feeds that are written anew when they are erased, and perhaps some more.
create function karibu_feeds_of_person(of_provider text, of_customer text, of_party text) returns text[] language plpgsql
  set search_path = public, pg_temp as $feeds$
declare
  of_lead text := case when of_customer like 'lead:%' then substr(of_customer, 6) end;
  of_customers text[] := '{}';
  of_mails text[] := '{}';
  of_accounts text[] := '{}';
  of_usernames text[] := '{}';
  of_tickets text[] := '{}';
  of_installations text[] := '{}';
  of_job_notes text[] := '{}';
  of_subscriptions text[] := '{}';
  of_grants text[] := '{}';
  of_grant_spans text[] := '{}';
  of_devices text[] := '{}';
begin
  of_customers := of_customers || array(select customer_id from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party) union all select of_customer where not exists (select from customers where provider_id = of_provider and (customer_id = of_customer or phone_hash = of_party)));
  of_mails := of_mails || array(select lower(email) from customers where provider_id = of_provider and customer_id = any (of_customers) and email is not null);
  of_accounts := of_accounts || array(select account_id from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_usernames := of_usernames || array(select username from accounts where provider_id = of_provider and customer_id = any (of_customers));
  of_tickets := of_tickets || array(select ticket_id from tickets where provider_id = of_provider and (customer_id = any (of_customers) or account_id = any (of_accounts)
      or split_part(about, '/', 1) = 'ask-back' and split_part(about, '/', 2) = any (of_customers)));
  of_installations := of_installations || array(select installation_id from installations where provider_id = of_provider and (customer_id = any (of_customers)
      or customer_id is null and (phone_hash = of_party or installation_id = of_lead)));
  of_job_notes := of_job_notes || array(select '#' || number from installations where provider_id = of_provider and installation_id = any (of_installations));
  of_subscriptions := of_subscriptions || array(select subscription_id from subscriptions where provider_id = of_provider and (customer_id = any (of_customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = of_provider and p.party = of_party)));
  of_grants := of_grants || array(select distinct grant_id from sessions where provider_id = of_provider and grant_id like 'a.%' and split_part(grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select unnest(array[g.grant_id, 'b.' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = of_provider and g.phone_hash = of_party
      union all select distinct s.grant_id from grant_starts s where s.provider_id = of_provider and s.origin = 'account'
        and split_part(s.grant_id, '.', 2) = any (of_accounts));
  of_grants := of_grants || array(select 'v.' || batch_id || '.' || serial from voucher_owners where provider_id = of_provider and customer_id = any (of_customers));
  of_grants := of_grants || array(select grant_id from cash_sales where provider_id = of_provider and phone_hash = of_party);
  of_grants := of_grants || array(select grant_id from trial_claims where provider_id = of_provider and party = of_party);
  of_grant_spans := of_grant_spans || array(select kind || batch_id || '.' || serial || '/' || since_ms || '/' || coalesce(until_ms::text, '') from (
        select provider_id, batch_id, serial, customer_id, since_ms, null as until_ms from voucher_owners
        union all select provider_id, batch_id, serial, customer_id, since_ms, until_ms from voucher_past_owners) owned, unnest(array['v.', 'b.']) kind
      where provider_id = of_provider and customer_id = any (of_customers));
  of_devices := of_devices || array(select distinct mac from sessions where provider_id = of_provider and grant_id = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
    and (not exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id)
      or exists (select from unnest(of_grant_spans) span where split_part(span, '/', 1) = grant_id and (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or (case when begun_at_ms between 1735689600000 and least(kept_from_ms, received_at_ms) + 86400000 then begun_at_ms else least(kept_from_ms, received_at_ms) end) < split_part(span, '/', 3)::bigint))) and mac is not null);
  return array(select r.scope from feed_rows r where r.provider_id = of_provider and (
      r.kind in ('grant', 'grant-change') and r.key = any (of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span))
      or r.kind = 'customer-account' and r.key = any (of_accounts)
      or case r.kind when 'listed-codes'
        then exists (select from jsonb_array_elements(r.body -> 'more') code where code ->> 'mac' = any (of_devices)) end)
    union select 'site:' || site_id from account_sites where provider_id = of_provider and account_id = any (of_accounts));
end
$feeds$;
revoke execute on function karibu_feeds_of_person from public;
grant execute on function karibu_feeds_of_person to karibu_app, karibu_platform;
