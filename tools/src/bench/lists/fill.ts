/**
 * A country's worth of rows, made set by set in SQL: how they came there is no part of what is measured. As in a real hub, rows
 * of all providers lie among each other in the order of time, so that a page of one provider is spread over the disk.
 * Identifiers are as long as real ones. Secondary indexes are made afterwards, which is several times faster.
 */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { administer } from "@karibu/cloud/ground/db/test-postgresql";

export const providers = 200;
export const sitesEach = 20;
export const batchesEach = 10;

/** How many rows each provider has. */
export interface Sizes {
  readonly sessions: number;
  readonly payments: number;
  readonly customers: number;
  readonly audit: number;
  readonly messages: number;
  /** In each batch. */
  readonly codes: number;
}

export function sizesOf(scale: number): Sizes {
  const count = (all: number, each: number) => Math.max(20, Math.round((all / each) * scale));
  return {
    sessions: count(10_000_000, providers),
    payments: count(1_000_000, providers),
    customers: count(200_000, providers),
    audit: count(400_000, providers),
    messages: count(200_000, providers),
    codes: count(1_000_000, providers * batchesEach),
  };
}

/** As SQL: the ids that rows refer to each other by. `p` is the provider's number, from 1. */
const ids = {
  provider: "('0193e1a0-0000-7000-8000-' || lpad(to_hex(p), 12, '0'))",
  site: (n: string) => `('0193e1a1-0000-7000-8000-' || lpad(to_hex(p * 1000 + ${n}), 12, '0'))`,
  batch: (n: string) => `('0193e1a2-0000-7000-8000-' || lpad(to_hex(p * 1000 + ${n}), 12, '0'))`,
  payment: (n: string) => `('0193e1a3-' || lpad(to_hex(p), 4, '0') || '-7000-8000-' || lpad(to_hex(${n}), 12, '0'))`,
};

export function providerIdOf(number: number): string {
  return `0193e1a0-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

export function batchIdOf(number: number, batch: number): string {
  return `0193e1a2-0000-7000-8000-${(number * 1000 + batch).toString(16).padStart(12, "0")}`;
}

export function siteIdOf(number: number, site: number): string {
  return `0193e1a1-0000-7000-8000-${(number * 1000 + site).toString(16).padStart(12, "0")}`;
}

/** `n` counts from 1 for each provider; rows of one `n` of all providers follow each other. */
const series = (each: number) =>
  `(select 1 + g / ${providers} as n, 1 + (g % ${providers})::int as p from generate_series(0, ${each}::bigint * ${providers} - 1) g) s`;

interface Table {
  readonly name: string;
  readonly fill: readonly string[];
  /** It is partitioned: so many months of the last have their part. */
  readonly months?: number;
}

/** As long as sessions are kept: a list of them reads all its months. */
const sessionDays = 390;

/** Vouchers in use, of each batch's; payments that were paid; what is spread over the last 35 days. */
function tables(sizes: Sizes, nowMs: number): readonly (readonly Table[])[] {
  const used = Math.floor(sizes.codes * 0.6);
  const vouchersUsed = used * batchesEach;
  const stepMs = (each: number, days: number) => Math.floor((days * 86_400_000) / each);
  const at = (each: number, days = 35) => `(${nowMs} - (${each} - n) * ${stepMs(each, days)}::bigint)`;
  const paid = "n % 50 not in (7, 19) and n % 500 <> 3";
  const grants = vouchersUsed + sizes.payments;
  const hash = (n: string) => `md5(p || '/' || ${n})`;
  const reference = `upper(substr(${hash("n")}, 1, 3) || lpad(to_hex(n), 5, '0'))`;
  const sessions = (from: number, to: number) => `
    insert into sessions (provider_id, site_id, session_key, session_id, nas, grant_id, username, mac, address, started_at_ms,
      started_stamped_ms, started_epoch, started_seq, started_clock, last_used_at_ms, stopped_at_ms, stopped_stamped_ms, cause,
      input_bytes, output_bytes, online_seconds, received_at_ms, kept_from_ms)
    select ${ids.provider}, ${ids.site(`1 + n % ${sitesEach}`)}, substr(h, 1, 16), upper(substr(h, 17, 8)), 'hotspot',
      case when k < ${vouchersUsed} then 'v.' || ${ids.batch(`k / ${used}`)} || '.' || k % ${used}
        else ${ids.payment(`1 + k - ${vouchersUsed}`)} end,
      lpad((n * 7919 % 10000000000)::text, 10, '0'),
      upper(substr(h, 1, 2) || ':' || substr(h, 3, 2) || ':' || substr(h, 5, 2) || ':' || substr(h, 7, 2) || ':' || substr(h, 9, 2) || ':' || substr(h, 11, 2)),
      '10.5.' || n % 16 || '.' || n % 250, at_ms, at_ms, '0193e1a4', n, 'synced', at_ms + 1800000,
      case when n <= ${sizes.sessions - 40} then at_ms + 1800000 end, at_ms + 1800000, 'Session-Timeout',
      n * 1000, n * 9000, 1800, at_ms + 1800000, at_ms
    from (select n, p, ${hash("n")} as h, n % ${grants} as k, ${at(sizes.sessions, sessionDays)} as at_ms
      from ${series(sizes.sessions)} where n > ${from} and n <= ${to}) s`;
  const half = Math.floor(sizes.sessions / 2);
  const terms = "(select terms from plans where name = '1GB-DAILY' limit 1)";
  return [
    [{ name: "sessions", months: sessionDays / 30, fill: [sessions(0, half), sessions(half, sizes.sessions)] }],
    [
      {
        name: "sites",
        fill: [
          `insert into sites (provider_id, site_id, name, region, district, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
           select ${ids.provider}, ${ids.site("n")}, 'Site ' || n, 'Region ' || n % 5, 'District ' || n % 7, 300, true, 1, 1
           from ${series(sitesEach)}`,
          `insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
           select ${ids.provider}, ${ids.site("n")}, 'key', 1 from ${series(sitesEach)} where n <> 3`,
          `insert into site_links (provider_id, site_id, process_id, link_id, connected_at_ms, last_heard_at_ms, agent_version,
             clock_quality, last_record_at_ms)
           select ${ids.provider}, ${ids.site("n")}, null, null, ${nowMs}, ${nowMs} - n * 1000, '0.1.0', 'synced', ${nowMs}
           from ${series(sitesEach)} where n <> 3`,
        ],
      },
      {
        name: "purchases",
        fill: [
          `insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
             notice_token_hash, active, created_at_ms, updated_at_ms)
           select ${ids.provider}, 'channel', 'mpesa-paybill', 'M-Pesa', '600100', 'sandbox', '', ${ids.provider}, ${ids.provider}, false, 1, 1
           from ${series(1)}`,
          `insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
             phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, reason, receipt, corroborated,
             review, created_at_ms, changed_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'channel', ${ids.site(`1 + n % ${sitesEach}`)}, 'plan', '1GB-DAILY',
             ${terms}, 2000 + n % 7 * 500, 'KES', '', md5((n % 3000)::text), '2547***' || lpad((n % 1000)::text, 3, '0'),
             'key-' || n, ${reference}, ${hash("n")},
             case when n % 50 in (7, 19) then 'failed' when n % 500 = 3 then 'unknown' else 'paid' end,
             case when n % 50 in (7, 19) then 'the prompt was cancelled' end,
             case when ${paid} then 'T1' || ${reference} end, true,
             case when n % 1000 = 3 then 'nobody knows' end, ${at(sizes.payments)}, ${at(sizes.payments)} + 20000
           from ${series(sizes.payments)}`,
        ],
      },
      {
        name: "receipts",
        fill: [
          `insert into receipts (provider_id, rail, receipt, channel_id, purchase_id, amount_cents, plan_cents, credit_cents, currency,
             entry_id, booked_at_ms, corroborated, proved_by, payer_masked, payer_name, state)
           select ${ids.provider}, 'mpesa', 'T1' || ${reference}, 'channel', ${ids.payment("n")},
             2000 + n % 7 * 500, 2000 + n % 7 * 500, 0, 'KES', ${ids.payment("n")}, ${at(sizes.payments)} + 20000, true, 'pull',
             '2547***' || lpad((n % 1000)::text, 3, '0'), 'Payer ' || n % 3000, 'booked'
           from ${series(sizes.payments)} where ${paid}`,
        ],
      },
      {
        name: "ledger_entries",
        fill: [
          `insert into ledger_entries (provider_id, entry_id, entry_key, kind, purchase_id, at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'receipt:mpesa:T1' || ${reference}, 'receipt',
             ${ids.payment("n")}, ${at(sizes.payments)} + 20000 from ${series(sizes.payments)} where ${paid}`,
        ],
      },
      {
        name: "ledger_postings",
        fill: [
          `insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
           select ${ids.provider}, ${ids.payment("n")}, line, case line when 0 then 'clearing:channel' else 'revenue' end, 'KES',
             (2000 + n % 7 * 500) * case line when 0 then 1 else -1 end
           from ${series(sizes.payments)}, generate_series(0, 1) line where ${paid}`,
        ],
      },
      {
        name: "grants",
        fill: [
          `insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, phone_hash, unverified,
             created_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, ${ids.site(`1 + n % ${sitesEach}`)}, ${ids.payment("n")}, 'purchase',
             '1GB-DAILY', ${terms}, md5((n % 3000)::text), false, ${at(sizes.payments)} + 20000
           from ${series(sizes.payments)} where ${paid}`,
        ],
      },
      {
        name: "grant_starts",
        fill: [
          `insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq,
             received_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, ${ids.site(`1 + n % ${sitesEach}`)}, 'purchase', '1GB-DAILY',
             ${at(sizes.payments)} + 60000, ${at(sizes.payments)} + 86460000, '0193e1a4', n, ${at(sizes.payments)} + 61000
           from ${series(sizes.payments)} where ${paid} and n % 10 <> 5`,
          `insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq,
             received_at_ms)
           select ${ids.provider}, 'v.' || ${ids.batch(`(n - 1) / ${used}`)} || '.' || (n - 1) % ${used},
             ${ids.site(`1 + n % ${sitesEach}`)}, 'voucher', '1GB-DAILY', ${at(vouchersUsed)}, ${at(vouchersUsed)} + 86400000,
             '0193e1a4', 1000000 + n, ${at(vouchersUsed)} from ${series(vouchersUsed)}`,
        ],
      },
      {
        name: "voucher_redemptions",
        fill: [
          `insert into voucher_redemptions (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
           select ${ids.provider}, ${ids.batch(`(n - 1) / ${used}`)}, (n - 1) % ${used}, ${ids.site(`1 + n % ${sitesEach}`)},
             'v.' || ${ids.batch(`(n - 1) / ${used}`)} || '.' || (n - 1) % ${used}, '0193e1a4', 1000000 + n
           from ${series(vouchersUsed)}`,
          `insert into voucher_exceptions (provider_id, batch_id, serial, state, at_ms)
           select ${ids.provider}, ${ids.batch("n - 1")}, ${sizes.codes - 3}, 'disabled', ${nowMs} from ${series(batchesEach)}`,
        ],
      },
      {
        name: "customers",
        fill: [
          `insert into customers (provider_id, customer_id, name, phone_hash, phone_masked, email, note, active, created_at_ms,
             updated_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'Customer ' || n * 7919 % 10007, md5((n)::text), '2547***', 'c' || n || '@mail.test',
             case when n % 9 = 0 then 'pays late' end, n % 20 <> 0, 1, 1 from ${series(sizes.customers)}`,
        ],
      },
      {
        name: "audit",
        fill: [
          `select karibu_make_month('audit', month::date)
           from generate_series(date_trunc('month', now()) - interval '2 months', now(), interval '1 month') month;
           insert into audit (provider_id, audit_id, at_ms, user_id, action, target, detail)
           select ${ids.provider}, ${ids.payment("n")}, ${at(sizes.audit)}, null, 'PATCH /api/v1/plans/{planId}', 'plan-' || n % 50,
             '{"priceCents": 2000}' from ${series(sizes.audit)}`,
        ],
      },
      {
        name: "messages",
        fill: [
          `insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state,
             created_at_ms, changed_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'event-' || n, 'paid', '', md5(n::text), '2547***', '', 'delivered',
             ${at(sizes.messages)}, ${at(sizes.messages)} from ${series(sizes.messages)}`,
        ],
      },
      {
        name: "expenses",
        fill: [
          `insert into expenses (provider_id, expense_id, idempotency_key, category, payee, paid_from, amount_cents, currency, spent_on,
             entry_id, created_by, created_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'key-' || n, 'power', 'Kenya Power', 'cash', 5000, 'KES', '2026-01-01', 'none',
             'none', ${at(200)} from ${series(200)}`,
          `insert into invoices (provider_id, invoice_id, number, idempotency_key, customer_name, lines, total_cents, currency, state,
             created_by, created_at_ms, changed_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, n, 'key-' || n, 'Customer ' || n,
             '[{"text": "Internet", "quantity": 1, "unitCents": 5000}]', 5000, 'KES', 'paid', 'none', ${at(200)}, ${at(200)}
           from ${series(200)}`,
          `insert into refunds (provider_id, refund_id, idempotency_key, purchase_id, method, amount_cents, currency, reason, state,
             asked_by, created_at_ms, changed_at_ms)
           select ${ids.provider}, ${ids.payment("n")}, 'key-' || n, ${ids.payment("n")}, 'cash', 2000, 'KES', 'slow', 'done', 'none',
             ${at(200)}, ${at(200)} from ${series(200)}`,
        ],
      },
    ],
  ];
}

/** Everything but what needs the envelope. `serverUrl`: of the database itself, as its owner. */
export async function fill(database: OpenDatabase, databaseUrl: string, sizes: Sizes): Promise<void> {
  const lanes = tables(sizes, Date.now()).map(async (lane) => {
    for (const { name, fill: inserts, months } of lane) {
      if (months !== undefined) await administer(databaseUrl, makeMonths(name, months));
      const again = await dropIndexes(database, name);
      await Promise.all(inserts.map((insert) => administer(databaseUrl, settings + insert)));
      await administer(databaseUrl, `vacuum ${name}`);
      for (const index of again) await administer(databaseUrl, settings + index);
    }
  });
  await Promise.all(lanes);
  await administer(databaseUrl, "vacuum analyze");
}

const makeMonths = (name: string, months: number) => `
  select karibu_make_month('${name}', month::date)
  from generate_series(date_trunc('month', now()) - interval '${months} months', now(), interval '1 month') month`;

/** No trigger looks at rows one by one meanwhile. */
const settings =
  "set session_replication_role = replica; set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 2; ";

/** Gives the statements that make them again. A primary key goes too where nothing refers to it. */
async function dropIndexes(database: OpenDatabase, table: string): Promise<string[]> {
  return database.alone("write", async (run) => {
    const rows = await run(`
      select i.indexrelid::regclass::text as name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as made, c.conname as key,
        pg_get_constraintdef(c.oid) as key_made
      from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
      where i.indrelid = '${table}'::regclass and not exists (
        select from pg_constraint f where f.contype = 'f' and f.conindid = i.indexrelid)`);
    for (const { name, key } of rows)
      await run(key === null ? `drop index ${name}` : `alter table ${table} drop constraint ${key}`);
    return rows.map(({ made, key, key_made: keyMade }) =>
      key === null ? String(made) : `alter table ${table} add constraint ${key} ${keyMade}`,
    );
  });
}
