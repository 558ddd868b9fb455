/**
 * Reports of one provider with 10 million sessions of a year at 50 sites, 2 million rows of traffic and 500,000 payments of 50,000 customers, on
 * PostgreSQL: how long everything takes to be counted anew, what the triggers that note changes cost the journal, and how long each report takes over HTTP. `KARIBU_BENCH_SCALE=0.1` makes a tenth;
 * `--keep DIR` keeps the database there for the next run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { keepMonths, keepRollUps } from "@karibu/cloud/reports/roll-ups/keep-roll-ups";
import { reportNames } from "@karibu/protocol/report-names";
import { administrators, type Client, logIn, ownerOf } from "./lists/client.ts";
import { Times } from "./lists/measure-list.ts";
import { onEngine } from "./lists/on-engine.ts";
import { measureTriggers } from "./report-triggers.ts";

type Print = (row: object) => void;
type Run = Parameters<Parameters<OpenDatabase["alone"]>[1]>[0];

const filled = [
  "sessions",
  "usage_days",
  "purchases",
  "ledger_entries",
  "ledger_postings",
  "router_figures",
  "documents",
  "document_charges",
];

const dayMs = 86_400_000;
const sites = 50;
const payersAll = 50_000;
const requestsEach = 100;
const goalP99Ms = 300;
const serverSettings = ["fsync=on", "shared_buffers=256MB", "max_wal_size=16GB", "checkpoint_timeout=30min"];

interface Options {
  /** Only these reports, or `triggers`. */
  readonly only?: readonly string[];
  readonly keep?: string;
}

export async function run(print: Print, { only, keep }: Options = {}): Promise<void> {
  if (findPrograms() === null)
    return print({ name: "reports", skipped: "PostgreSQL's server programs are not installed" });
  const scale = Number(process.env.KARIBU_BENCH_SCALE ?? 1);
  const sessions = Math.round(10_000_000 * scale);
  const kept = keep === undefined ? null : resolve(keep);
  const isThere = kept !== null && existsSync(join(kept, "filled.json"));
  const databaseUrl = await startServer([...serverSettings, "wal_level=minimal", "max_wal_senders=0"], kept);
  const world = realWorld();
  let longestMs = 0;
  await onEngine({ databaseUrl, dataDir: null }, async (client, database) => {
    const providerId = isThere ? readFileSync(join(kept, "filled.json"), "utf8") : await fillAndCount(client, database);
    if (kept !== null) writeFileSync(join(kept, "filled.json"), providerId);
    const token = await logIn(client, ownerOf(1));
    if (only === undefined || only.includes("triggers")) await measureTriggers(database, providerId, print);
    for (const report of reportNames) {
      if (only !== undefined && !only.includes(report)) continue;
      const times = new Times();
      const slowest = { by: "", days: 0, ms: 0 };
      const { ways } = await client.get(`/api/v1/reports/figures?report=${report}`, token);
      for (let count = 0; count < requestsEach; count++) {
        const by = ways[count % ways.length];
        const days = [30, 90, 365][Math.floor(count / ways.length) % 3] as number;
        const startedMs = performance.now();
        await times.of(() =>
          client.get(`/api/v1/reports/figures?report=${report}&by=${by}&fromDay=${dayAgo(days)}`, token),
        );
        const ms = Math.round(performance.now() - startedMs);
        if (ms > slowest.ms) Object.assign(slowest, { by, days, ms });
      }
      print({ name: report, sessions, ...times.figures(), slowest, goalP99Ms, unit: "ms" });
    }
  });

  async function fillAndCount(client: Client, database: OpenDatabase): Promise<string> {
    const admin = await logIn(client, administrators);
    const { email, password } = ownerOf(1);
    const body = { name: "Reports", ownerEmail: email, ownerPassword: password };
    const { providerId } = await client.post("/api/v1/providers", admin, body);
    const token = await logIn(client, ownerOf(1));
    for (let number = 0; number < 8; number++)
      await client.post("/api/v1/plans", token, { name: `Plan ${number}`, priceCents: 2000, terms: {} });
    const filledMs = performance.now();
    await fill(database, providerId, sessions, world.clock.wall().atMs);
    print({ name: "filled", sessions, value: secondsSince(filledMs), unit: "s" });
    const countedMs = performance.now();
    do {
      await keepRollUps(world, timed(database));
    } while ((await client.get("/api/v1/reports/rebuild", token)).percent !== null);
    print({ name: "longest transaction of it", sessions, value: Math.round(longestMs), unit: "ms" });
    await keepMonths(world, database);
    print({ name: "counted anew", sessions, value: secondsSince(countedMs), unit: "s" });
    return providerId;
  }

  function timed(database: OpenDatabase): OpenDatabase {
    return {
      ...database,
      async asProvider(id, work) {
        const startedMs = performance.now();
        const result = await database.asProvider(id, work);
        longestMs = Math.max(longestMs, performance.now() - startedMs);
        return result;
      },
    };
  }

  function dayAgo(days: number): string {
    return new Date(world.clock.wall().atMs - days * dayMs).toISOString().slice(0, 10);
  }
}

async function fill(database: OpenDatabase, providerId: string, sessions: number, nowMs: number): Promise<void> {
  const year = 365 * dayMs;
  const at = (all: number) => `${nowMs - year}::bigint + (n * ${Math.floor(year / all)}::bigint)`;
  const payments = Math.max(1, Math.round(sessions / 20));
  const traffic = Math.max(1, Math.round(sessions / 5));
  const payer = `md5('payer' || (n * 7919 % ${payersAll}))`;
  await database.alone("write", async (run) => {
    // Facts without what their triggers do: all of it is counted anew afterwards.
    await run("set local session_replication_role = replica");
    await run("set local maintenance_work_mem = '512MB'");
    const indexes = await dropIndexes(run);
    const plans = (await run(`select plan_id from plans where provider_id = '${providerId}'`)).map(
      ({ plan_id: id }) => id,
    );
    const plan = `(array['${plans.join("', '")}'])[1 + n % ${plans.length}]`;
    await run(`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      select '${providerId}', 'site-' || n, 'Site ' || n, 300, true, 1, 1 from generate_series(0, ${sites - 1}) n`);
    await run(`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, stopped_at_ms, received_at_ms)
      select '${providerId}', 'site-' || n % ${sites}, 's' || n, 'mac-' || n * 7919 % 200000, ${at(sessions)}, ${at(sessions)} + 1800000, 1
      from generate_series(1, ${sessions}::bigint) n`);
    await run(`insert into usage_days (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
      select '${providerId}', to_timestamp((${at(traffic)}) / 1000)::date, 'site-' || n % ${sites}, 's' || n, n, n * 9, 600
      from generate_series(1, ${traffic}::bigint) n`);
    await run(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
        phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, created_at_ms, changed_at_ms)
      select '${providerId}', 'p' || n, 'channel-' || n % 3, 'site-' || n % ${sites}, ${plan}, 'Plan', '{}', 2000, 'KES', '', ${payer},
        '0712***678', 'k' || n, 'r' || n, md5('s' || n), 'paid', ${at(payments)}, 1 from generate_series(1, ${payments}::bigint) n`);
    await run(`insert into ledger_entries (provider_id, entry_id, entry_key, kind, purchase_id, at_ms)
      select '${providerId}', 'e' || n, 'receipt:' || n, 'receipt', 'p' || n, ${at(payments)} from generate_series(1, ${payments}::bigint) n`);
    await run(`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
      select '${providerId}', 'e' || n, line, account, 'KES', cents from generate_series(1, ${payments}::bigint) n
      cross join (values (1, 'clearing:channel', 2000), (2, 'revenue', -2000)) p (line, account, cents)`);
    // What is owed monthly, and the papers: an invoice for each charge, and each site's sales of each day.
    const line = (
      plan: string,
      cents: string,
    ) => `jsonb_build_object('kind', 'plan', 'text', 'Plan', 'planId', ${plan}, 'quantity', 1,
      'treatment', 'standard', 'netCents', ${cents} - 276, 'exciseCents', 0, 'vatCents', 276, 'totalCents', ${cents})`;
    const charges = Math.max(1, Math.round(sessions / 1000));
    await run(`insert into document_charges (provider_id, charge_id, cause, customer_name, currency, total_cents, lines, entry_id, at_ms, state)
      select '${providerId}', 'receipt:' || n, 'subscription:' || n, 'Customer', 'KES', 2000, jsonb_build_array(${line(plan, "2000")}), 'e' || n,
        ${at(payments)}, 'documented' from generate_series(1, ${payments}::bigint, ${Math.max(1, Math.floor(payments / charges))}) n`);
    const paper = (
      kind: string,
      lines: string,
      cents: number,
      time: string,
    ) => `insert into documents (provider_id, document_id, kind, fiscal_year,
        number, number_text, seller, lines, currency, net_cents, excise_cents, vat_cents, total_cents, supplied_on, issued_on, issued_at_ms, issued_by)
      select '${providerId}', '${kind}' || n, '${kind}', 2026, n, n, '{}', ${lines}, 'KES', ${cents}, 0, 0, ${cents},
        to_char(to_timestamp((${time}) / 1000), 'YYYY-MM-DD'), to_char(to_timestamp((${time}) / 1000), 'YYYY-MM-DD'), ${time}, 'hub'`;
    await run(
      `${paper("tax-invoice", `jsonb_build_array(${line(plan, "2000")})`, 2000, at(charges))} from generate_series(1, ${charges}::bigint) n`,
    );
    await run(`${paper("sales-summary", `(select jsonb_agg(${line("'p' || l", "20000")}) from generate_series(1, 8) l)`, 160_000, at(365 * sites))}
      from generate_series(1, ${365 * sites}::bigint) n`);
    await run(
      `insert into site_uplinks select '${providerId}', 'site-' || n, 20000, null, 1 from generate_series(0, ${sites - 1}) n`,
    );
    await run(`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
      select '${providerId}', 'site-' || s, 'e', h, ${nowMs}::bigint - h * 3600000::bigint, 1, 12,
        jsonb_build_array(jsonb_build_object('name', 'ether1', 'receivedKib', 1000000 + h, 'sentKib', 5, 'errors', 0)), 1
      from generate_series(0, ${sites - 1}) s cross join generate_series(1, 24 * 365) h`);
    for (const { definition } of indexes) await run(definition);
    await run(`insert into report_days_waiting (provider_id, what, from_ms) values ('${providerId}', 'everything', 0)`);
  });
  for (const table of filled) await database.alone("write", (run) => run(`analyze ${table}`));
}

/** An index is made of millions of rows much faster than row by row; of a partitioned table, in all of its parts. Those of constraints stay. @returns how they are made again */
async function dropIndexes(run: Run): Promise<readonly { readonly definition: string }[]> {
  const indexes = (await run(`
    select i.indexrelid::regclass::text as name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as definition
    from pg_index i where i.indrelid = any (array['${filled.join("', '")}']::regclass[])
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`)) as {
    name: string;
    definition: string;
  }[];
  for (const { name } of indexes) await run(`drop index ${name}`);
  return indexes;
}

const secondsSince = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 100) / 10;
