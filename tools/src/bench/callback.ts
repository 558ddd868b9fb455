/**
 * Callbacks at a fixed rate against a hub in a separate process, for a minute: how fast they are acknowledged, and whether
 * each acknowledged one was booked. On PostgreSQL where its programs are installed, and on the embedded engine
 * beside it. The purchases are made beforehand; each callback is a genuine one. Then, at a connected site: how long a
 * customer waits from the PIN to being online; and how long after the start of its process a hub acknowledges the first one.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { request } from "undici";
import { firstAcknowledgements } from "./callback/first-acknowledgement.ts";
import { type CallbackHub, startCallbackHub } from "./callback/hub.ts";
import { timeToOnline } from "./callback/online.ts";

type Print = (row: object) => void;

interface CallbackPlan {
  readonly engine: "postgresql" | "embedded";
  readonly perSecond: number;
  readonly seconds: number;
}

const plans: readonly CallbackPlan[] = [
  { engine: "postgresql", perSecond: 500, seconds: 60 },
  { engine: "embedded", perSecond: 40, seconds: 60 },
];
const onlinePurchases = 200;
const starts = 20;
const settleMsMax = 600_000;
/** What stays within the sum that is believed on callbacks' word alone, by default: KES 50,000 an hour for each. */
const providers = 50;
/** As on an operator's server: acknowledged data is on disk. */
const synced = ["fsync=on", "shared_buffers=256MB", "max_wal_size=4GB"];

/** @param options.only rows to measure: `callback postgresql`, `online embedded`, …; left out: all */
export async function run(print: Print, { only }: { readonly only?: readonly string[] } = {}): Promise<void> {
  const rows = [
    ...plans.map((plan) => ({ ...plan, name: `callback ${plan.engine}`, measure: () => measure(plan, print) })),
    ...plans.map(({ engine }) => {
      const name = `online ${engine}`;
      return { engine, name, measure: () => measureOnline(name, engine, print) };
    }),
    ...[false, true].map((isAway) => {
      const name = isAway ? "first acknowledgement without database" : "first acknowledgement";
      return { engine: "embedded" as const, name, measure: () => measureFirst(name, isAway, print) };
    }),
  ];
  for (const row of rows) {
    if (only !== undefined && !only.includes(row.name)) continue;
    if (row.engine === "postgresql" && findPrograms() === null) {
      print({ name: row.name, skipped: "PostgreSQL is not installed" });
    } else await row.measure();
  }
}

async function measureOnline(name: string, engine: CallbackPlan["engine"], print: Print): Promise<void> {
  const databaseUrl = engine === "postgresql" ? await startServer(synced) : null;
  const times = await timeToOnline(onlinePurchases, databaseUrl);
  times.sort((one, other) => one - other);
  const at = (share: number) => Math.round(times[Math.ceil(times.length * share) - 1] ?? Number.NaN);
  print({ name, purchases: times.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1), unit: "ms" });
}

async function measureFirst(name: string, isAway: boolean, print: Print): Promise<void> {
  const { firstMs, laterMs, refused } = await firstAcknowledgements(starts, isAway);
  const at = (times: readonly number[], share: number) => {
    const sorted = times.toSorted((one, other) => one - other);
    return Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
  };
  const first = { minMs: at(firstMs, 0.01), p50Ms: at(firstMs, 0.5), maxMs: at(firstMs, 1) };
  const later = {
    acknowledged: laterMs.length,
    refused,
    p50Ms: at(laterMs, 0.5),
    p99Ms: at(laterMs, 0.99),
    maxMs: at(laterMs, 1),
  };
  print({ name, starts: firstMs.length, ...first, whileItLoads: later, unit: "ms" });
}

async function measure(plan: CallbackPlan, print: Print): Promise<void> {
  const count = plan.perSecond * plan.seconds;
  const databaseUrl = plan.engine === "postgresql" ? await startServer(synced) : null;
  const dataDir = plan.engine === "embedded" ? mkdtempSync(join(tmpdir(), "karibu-callback-")) : null;
  const hub = await startCallbackHub({ databaseUrl, dataDir, count, providers });
  try {
    const { latenciesMs, refused, elapsedMs } = await send(hub, plan.perSecond);
    const startedMs = performance.now();
    let state = await hub.state();
    while (state.paid < count - refused && performance.now() - startedMs < settleMsMax) state = await hub.state(1000);
    const booked = await hub.waits();
    latenciesMs.sort((one, other) => one - other);
    const at = (share: number) =>
      Number((latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN).toFixed(1));
    print({
      name: `callback ${plan.engine}`,
      perSecond: Math.round((latenciesMs.length * 1000) / elapsedMs),
      wanted: plan.perSecond,
      seconds: plan.seconds,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(0.9999),
      acknowledged: latenciesMs.length,
      notAcknowledged: refused,
      projected: state.paid,
      lost: latenciesMs.length - state.paid,
      projectedAfterSeconds: Math.round((performance.now() - startedMs) / 1000),
      ledgerCents: state.ledgerCents,
      booked,
      unit: "ms",
    });
  } finally {
    await hub.stop();
    if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Open loop: a callback leaves when its time has come, whether the ones before were answered or not. */
async function send(
  hub: CallbackHub,
  perSecond: number,
): Promise<{ latenciesMs: number[]; refused: number; elapsedMs: number }> {
  const latenciesMs: number[] = [];
  let refused = 0;
  const startedMs = performance.now();
  const open = new Set<Promise<void>>();
  for (const [index, { url, body }] of hub.callbacks.entries()) {
    const dueMs = startedMs + (index * 1000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    // From the moment it was due: a sender that falls behind must not hide the wait.
    const one = request(url, { method: "POST", body, headers: { "content-type": "application/json" } })
      .then(async (answer) => {
        await answer.body.dump();
        if (answer.statusCode === 200) latenciesMs.push(performance.now() - dueMs);
        else refused++;
      })
      .catch(() => {
        refused++;
      })
      .finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
  return { latenciesMs, refused, elapsedMs: performance.now() - startedMs };
}
