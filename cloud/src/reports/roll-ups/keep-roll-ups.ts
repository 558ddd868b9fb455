/** Keeps the roll-ups: each minute what waits, and each hour what takes a look at everybody. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { lockCopiedParties } from "../../ground/db/copied-parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { type MaintenanceJob, runMsMax } from "../../ground/jobs/maintenance-job.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { keptProviders } from "../../tenancy/providers/provider-state.ts";
import { countCohorts, entriesAtOnce, foldSales, type RolledUp } from "./fold-sales.ts";
import {
  countLogIns,
  countMonths,
  countTraffic,
  countUplinks,
  keepMostOnline,
  lastDayEndMs,
  monthsAtOnce,
} from "./fold-use.ts";
import { beginRebuild, stepRebuild } from "./rebuild.ts";

const minuteMs = 60_000;
const rebuildEveryMs = 60 * minuteMs;
/** In the place of a day. */
const allDays = -1;
/** Of one provider in one run: the next run goes on. */
const turnsMsMax = 30_000;
/**
 * Of the days that wait, in one turn. A site that is broken or stolen may tell of each day of a thousand years: in one transaction they would hold the
 * figures of all others up, and be lost when it fails.
 */
export const daysAtOnce = 500;

export function rollUpJobs(world: World, database: Database): MaintenanceJob[] {
  return [
    {
      name: "report-roll-ups",
      everyMs: minuteMs,
      hasWork: () => sql<boolean>`exists (select from ${waitingOnes})`,
      run: () => keepRollUps(world, database),
    },
    { name: "report-months", everyMs: 60 * minuteMs, mostMs: runMsMax, run: () => keepMonths(world, database) },
  ];
}

/** Providers of which something waits to be counted. */
const waitingOnes = sql`providers p where p.state <> 'deleted' and (
  exists (select from report_entries_waiting w where w.provider_id = p.provider_id)
  or exists (select from report_days_waiting w where w.provider_id = p.provider_id)
  or exists (select from report_rebuilds w where w.provider_id = p.provider_id))`;

/** Counts what waits, of all providers. One provider's trouble does not hold the others up; the run then counts as failed. */
export async function keepRollUps(world: World, database: Database): Promise<string> {
  const waiting = await database.asPlatform("report-roll-ups", async (tx) => {
    const { rows } = await sql<{ providerId: string }>`
      select p.provider_id from ${waitingOnes}`.execute(tx);
    return rows;
  });
  await forEach(world, database, waiting, async (tx, providerId) => {
    const taken = await takeWaitingDays(tx, providerId);
    // After it: a zone that changes meanwhile has a row of its own, that waits for the next run.
    const of = await readRolledUp(tx, providerId);
    await countDays(tx, of, taken, world.clock.wall().atMs);
    // Not while everything is counted anew: an entry would be counted twice.
    const hasMore = (await stepRebuild(tx, of)) || (await foldSales(tx, of)) === entriesAtOnce;
    return hasMore || taken.length === daysAtOnce;
  });
  return `${waiting.length} providers`;
}

/** What takes a look at everybody: the most that were online, devices of changed months, groups of payers. */
export async function keepMonths(world: World, database: Database): Promise<string> {
  const all = await database.asPlatform("report-months", async (tx) => {
    await keepMostOnline(tx);
    // Who never sold anything has nothing to count.
    const { rows } = await sql<{ providerId: string }>`
      select p.provider_id from ${keptProviders} p where (
        exists (select from report_months m where m.provider_id = p.provider_id and m.stale)
        or exists (select from report_payer_months m where m.provider_id = p.provider_id)
        or exists (select from report_cohorts c where c.provider_id = p.provider_id))`.execute(tx);
    return rows;
  });
  await forEach(world, database, all, async (tx, providerId) => {
    const of = await readRolledUp(tx, providerId);
    if ((await countMonths(tx, of)) === monthsAtOnce) return true;
    // Half of the payers would be half of each group.
    if (!(await isRebuilt(tx, of))) await countCohorts(tx, of);
    return false;
  });
  return `${all.length} providers`;
}

async function isRebuilt(tx: Tx, { providerId }: Pick<RolledUp, "providerId">): Promise<boolean> {
  const row = tx.selectFrom("report_rebuilds").select("phase").where("providerId", "=", providerId);
  return (await row.executeTakeFirst()) !== undefined;
}

/** Works for one provider after the other, in short transactions, while it says that there is more. */
async function forEach(
  world: World,
  database: Database,
  providers: readonly { readonly providerId: string }[],
  work: (tx: Tx, providerId: string) => Promise<boolean>,
): Promise<void> {
  const failed: unknown[] = [];
  for (const { providerId } of providers)
    try {
      const turn = () =>
        database.asProvider(providerId, async (tx) => {
          // One at a time: what one takes away is not counted by another as well.
          await lockCopiedParties(tx, providerId);
          return work(tx, providerId);
        });
      const untilMs = world.clock.monotonicMs() + turnsMsMax;
      while ((await turn()) && world.clock.monotonicMs() < untilMs);
    } catch (error) {
      world.log.error("report-roll-ups-failed", { providerId, error: String(error) });
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
}

async function readRolledUp(tx: Tx, providerId: string): Promise<RolledUp> {
  return { providerId, offsetMinutes: await offsetOfProvider(tx, providerId) };
}

/** At most `daysAtOnce`, the oldest first. */
const takeWaitingDays = (tx: Tx, providerId: string) =>
  tx
    .deleteFrom("report_days_waiting")
    .where("providerId", "=", providerId)
    .where(
      sql<boolean>`waiting_id = any (array(
        select waiting_id from report_days_waiting where provider_id = ${providerId} order by waiting_id limit ${daysAtOnce}))`,
    )
    .returning(["what", "fromMs"])
    .execute();

async function countDays(
  tx: Tx,
  of: RolledUp,
  taken: Awaited<ReturnType<typeof takeWaitingDays>>,
  nowMs: number,
): Promise<void> {
  if (taken.some(({ what }) => what === "everything")) return beginRebuild(tx, of, { nowMs, phase: "payers" });
  const daysOf = (what: string, offsetMs: number) => [
    ...new Set(
      taken
        .filter((row) => row.what === what && row.fromMs + offsetMs >= 0 && row.fromMs + offsetMs < lastDayEndMs)
        .map((row) => new Date(row.fromMs + offsetMs).toISOString().slice(0, 10)),
    ),
  ];
  await countLogIns(tx, of, daysOf("log-ins", of.offsetMinutes * 60_000));
  const days = daysOf("traffic", 0);
  if (days.length > 0) await countTraffic(tx, of, days);
  const isAll = taken.some((row) => row.what === "uplinks" && row.fromMs === allDays);
  if (isAll) return beginRebuild(tx, of, { nowMs, phase: "uplinks" });
  const uplinkDays = daysOf("uplinks", 0);
  if (uplinkDays.length > 0) await countUplinks(tx, of, uplinkDays);
}

/**
 * Everything is counted anew by the next run: it reads every session, so a provider may ask once an hour, and not while it is done: it would begin
 * from the beginning. @returns false: it asked before
 */
export async function askRebuild(tx: Tx, providerId: string, nowMs: number): Promise<boolean> {
  if (await isRebuilt(tx, { providerId })) return false;
  const asked = { rebuildAskedAtMs: nowMs };
  const row = await tx
    .insertInto("report_floors")
    .values({ providerId, ...asked })
    .onConflict((on) =>
      on
        .column("providerId")
        .doUpdateSet(asked)
        .where((be) =>
          be.or([
            be("report_floors.rebuildAskedAtMs", "is", null),
            be("report_floors.rebuildAskedAtMs", "<=", nowMs - rebuildEveryMs),
            // By a clock that was ahead.
            be("report_floors.rebuildAskedAtMs", ">", nowMs + processClockSlackMs),
          ]),
        ),
    )
    .returning("providerId")
    .executeTakeFirst();
  if (row === undefined) return false;
  await tx.insertInto("report_days_waiting").values({ providerId, what: "everything", fromMs: 0 }).execute();
  return true;
}

/** All days of the uplinks alone: another interface was named. */
export async function askUplinks(tx: Tx, providerId: string): Promise<void> {
  await tx.insertInto("report_days_waiting").values({ providerId, what: "uplinks", fromMs: allDays }).execute();
}
