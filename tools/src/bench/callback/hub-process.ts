/** One hub with the production queue and its real settings, and as many prompted purchases as callbacks will come. */

import { randomBytes } from "node:crypto";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { defaultAskSettings } from "@karibu/cloud/money/questions/ask-policy";
import { startDaraja, startHub } from "@karibu/lab/money/payments-hub";
import { openPromptedShop } from "@karibu/lab/money/prompted-purchases";
import { realWorld } from "@karibu/lab/world/real-world";
import { sql } from "kysely";
import type { CallbackJob } from "./hub.ts";

const { databaseUrl, dataDir, count, providers } = JSON.parse(process.argv[2] ?? "{}") as CallbackJob;
const world = { ...realWorld(), log: { debug() {}, info() {}, warn: console.error, error: console.error } };
const database = await openDatabase(world, { databaseUrl, dataDir });
const daraja = await startDaraja();
const hub = await startHub(database, daraja, {
  masterKey: new Uint8Array(randomBytes(32)),
  ask: defaultAskSettings,
  jobs: (quiet) => createPgBossQueue(quiet, database),
  emit: createEmit,
});
const each = Math.ceil(count / providers);
const callbacks: { url: string; body: string }[] = [];
for (let number = 0; number < providers; number++) {
  const shop = { number, count: Math.min(each, count - number * each) };
  callbacks.push(...(await openPromptedShop({ hub, database, daraja }, shop)).map(({ url, body }) => ({ url, body })));
}
// Round robin over the providers, as a day at many places is.
callbacks.sort((one, other) => one.body.localeCompare(other.body));

async function state() {
  const { rows } = await database.asPlatform("bench", (tx) =>
    sql<{ paid: string; cents: string | null }>`select (select count(*) from receipts) as paid,
      (select sum(amount_cents) from ledger_postings where account like 'clearing:%') as cents`.execute(tx),
  );
  return { paid: Number(rows[0]?.paid), ledgerCents: Number(rows[0]?.cents ?? 0) };
}

/** From each callback's arrival to the booking that opened the grant, and how many were booked in a second from the first to the last. */
async function waits() {
  const { rows } = await database.asPlatform("bench", (tx) =>
    sql<Record<"p50" | "p99" | "max" | "first" | "last" | "count", number>>`
      select percentile_disc(0.5) within group (order by booked - came)::float8 as p50,
        percentile_disc(0.99) within group (order by booked - came)::float8 as p99, max(booked - came)::float8 as max,
        min(booked)::float8 as first, max(booked)::float8 as last, count(*)::float8 as count
      from (select g.created_at_ms as booked, e.received_at_ms as came
        from grants g join evidence e using (provider_id, purchase_id) where e.source = 'stk-callback') each_one`.execute(
      tx,
    ),
  );
  const { p50 = 0, p99 = 0, max = 0, first = 0, last = 1, count = 0 } = rows[0] ?? {};
  return {
    p50Ms: p50,
    p99Ms: p99,
    maxMs: max,
    bookedPerSecond: Math.round((count * 1000) / Math.max(1, last - first)),
  };
}

process.on("message", (asked) => {
  (asked === "waits" ? waits() : state()).then(
    (now) => process.send?.(now),
    () => process.exit(1),
  );
});
// Statistics, as a server at work has them.
await database.asPlatform("bench", (tx) => sql`analyze`.execute(tx)).catch(() => {});
process.send?.({ callbacks });
