/**
 * Callbacks against a hub in a separate process, with a text message for each sale: how fast they are acknowledged, how long each waits for its
 * grant, what a payment costs, and whether each acknowledged one is booked. On PostgreSQL where its programs are installed, and on the embedded engine
 * beside it. The purchases are made beforehand; each callback is a genuine one. Then, at a connected site: how long a
 * customer waits from the PIN to being online; and how long after the start of its process a hub acknowledges the first one.
 */
import { findPrograms } from "@karibu/cloud/ground/db/test-postgresql";
import { measureAtOnce } from "./callback/at-once.ts";
import type { Run } from "./callback/draw-waits.ts";
import { costsInWords, type Figure, loadFigures, ms } from "./callback/figures.ts";
import { firstAcknowledgements } from "./callback/first-acknowledgement.ts";
import { measureLoad } from "./callback/load.ts";
import { timeToOnline } from "./callback/online.ts";
import { startSyncedServer } from "./callback/server.ts";
import { share, sorted } from "./callback/shares.ts";
import { measureStarts } from "./callback/starts.ts";
import { measureWaiting } from "./callback/waiting.ts";
import type { Engine } from "./callback/with-hub.ts";
import { loadBefore, writeFigures, writePicture } from "./callback/write-docs.ts";

type Print = (row: object) => void;

interface Row {
  readonly name: string;
  readonly engine: Engine;
  /** What it prints, and what the document says of it. */
  measure(): Promise<{ readonly row: object; readonly figures: readonly Figure[] }>;
}

interface Options {
  /** Rows to measure, by their names; left out: all. */
  readonly only?: readonly string[];
  /** How long the load lasts; left out: a minute. */
  readonly seconds?: number;
  /** Writes the figures into `docs/performance.md`, and the picture. */
  readonly write?: boolean;
}

const onlinePurchases = 200;
const starts = 20;

export async function run(print: Print, { only, seconds = 60, write = false }: Options = {}): Promise<void> {
  const runs: Run[] = [];
  const busyAtFirst = loadBefore();
  const load = (name: string, engine: Engine, perSecond: number, startsPerSecond: number, grantGoal: string): Row => ({
    name,
    engine,
    async measure() {
      const row = await measureLoad({ engine, perSecond, seconds, startsPerSecond });
      const goals = { grant: grantGoal, acknowledged: engine === "embedded" ? "p99 100 ms" : "p99 40 ms" };
      if (engine === "postgresql")
        runs.push({
          name: startsPerSecond === 0 ? "alone" : `${startsPerSecond} starts/s beside`,
          seconds: row.eachSecond,
        });
      return { row, figures: loadFigures(`${name}, ${perSecond}/s for ${seconds} s`, row, goals) };
    },
  });
  const waiting = (name: string, besidePerSecond: number, goal: string): Row => ({
    name,
    engine: "postgresql",
    async measure() {
      // A short run has a short row.
      const row = await measureWaiting(Math.min(10_000, 500 * seconds), besidePerSecond);
      return {
        row,
        figures: [
          { figure: `${name} (${row.waiting}): bookings/s`, value: String(row.bookedPerSecond), goal },
          { figure: `${name} (${row.waiting}): a booked payment`, value: costsInWords(row.costs), goal: "" },
        ],
      };
    },
  });
  const started = (name: string, besidePerSecond: number, goal: string): Row => ({
    name,
    engine: "postgresql",
    async measure() {
      const row = await measureStarts(Math.min(seconds, 20), besidePerSecond);
      const value = `${row.perSecond}; ${ms(row.p50Ms)}, ${ms(row.p99Ms)}`;
      const own = row.costs === null ? [] : [{ figure: `${name}: each`, value: costsInWords(row.costs), goal: "" }];
      return { row, figures: [{ figure: `${name} a second; p50, p99`, value, goal }, ...own] };
    },
  });
  const rows: Row[] = [
    load("callback postgresql", "postgresql", 500, 0, "p99 2 s"),
    load("callback postgresql with 100 purchases/s started beside it", "postgresql", 500, 100, "p99 3 s"),
    waiting("10000 wait", 0, "1,000"),
    waiting("10000 wait beside 500/s", 500, "700"),
    {
      name: "20 at once on an idle hub",
      engine: "postgresql",
      async measure() {
        const row = await measureAtOnce(20, 10);
        const { firstToLast, grant } = row;
        return {
          row,
          figures: [
            {
              figure: "20 at once on an idle hub: first to last booked, p50, slowest of 10",
              value: `${ms(firstToLast.p50Ms)}, ${ms(firstToLast.maxMs)}`,
              goal: "60 ms",
            },
            {
              figure: "20 at once on an idle hub: callback to grant, p50, slowest",
              value: `${ms(grant.p50Ms)}, ${ms(grant.maxMs)}`,
              goal: "",
            },
          ],
        };
      },
    },
    started("purchases started", 0, "300"),
    started("purchases started beside 500 callbacks/s", 500, "100"),
    load("callback embedded", "embedded", 40, 0, "p99 2 s"),
    load("callback embedded 150/s", "embedded", 150, 0, "p99 2 s"),
    ...(["postgresql", "embedded"] as const).map((engine) => online(`online ${engine}`, engine)),
    ...[false, true].map((isAway) =>
      first(isAway ? "first acknowledgement without database" : "first acknowledgement", isAway),
    ),
  ];
  for (const { name, engine, measure } of rows) {
    if (only !== undefined && !only.includes(name)) continue;
    if (engine === "postgresql" && findPrograms() === null) {
      print({ name, skipped: "PostgreSQL is not installed" });
      continue;
    }
    const busy = loadBefore();
    const { row, figures } = await measure();
    print({ name, loadBefore: busy, ...row });
    if (write) writeFigures("callback", figures, busy);
  }
  if (write && runs.length > 0) writePicture(runs, `500 a second for ${seconds} s, load before ${busyAtFirst}`);
}

function online(name: string, engine: Engine): Row {
  return {
    name,
    engine,
    async measure() {
      const databaseUrl = engine === "postgresql" ? await startSyncedServer() : null;
      const times = sorted(await timeToOnline(onlinePurchases, databaseUrl));
      const row = {
        purchases: times.length,
        p50Ms: share(times, 0.5),
        p90Ms: share(times, 0.9),
        p99Ms: share(times, 0.99),
        maxMs: share(times, 1),
        unit: "ms",
      };
      const value = `${ms(row.p50Ms)}, ${ms(row.p99Ms)}, ${ms(row.maxMs)}`;
      return { row, figures: [{ figure: `PIN to online, ${engine}: p50, p99, slowest`, value, goal: "p99 150 ms" }] };
    },
  };
}

function first(name: string, isAway: boolean): Row {
  return {
    name,
    engine: "embedded",
    async measure() {
      const { firstMs, laterMs, refused } = await firstAcknowledgements(starts, isAway);
      const [own, later] = [sorted(firstMs), sorted(laterMs)];
      const row = {
        starts: own.length,
        minMs: share(own, 0),
        p50Ms: share(own, 0.5),
        maxMs: share(own, 1),
        whileItLoads: {
          acknowledged: later.length,
          refused,
          p50Ms: share(later, 0.5),
          p99Ms: share(later, 0.99),
          maxMs: share(later, 1),
        },
        unit: "ms",
      };
      // Its table stands by itself in the document: it was measured for another reason.
      return { row, figures: [] };
    },
  };
}
