/**
 * Counts everything of one provider anew, a week of its facts in each transaction: no statement grows with the years, and a hub that stops goes on
 * where it was. One phase after the other; `next_day` says how far a phase is.
 *
 * Meanwhile no sale is folded in (`keep-roll-ups.ts`): what is waiting at the beginning waits until the end, so the rebuild and the folding never
 * count one entry twice. Days of sales are replaced one week at a time, so reports of sales agree with the books all the time; what is
 * told of payers is there when it is done.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { countSoldBetween, forgetPayers, type RolledUp } from "./fold-sales.ts";
import { countLogInsBetween, countTrafficBetween, countUplinks, firstFloorDay, lastDayEndMs } from "./fold-use.ts";

const rebuildPhases = ["payers", "sales", "log-ins", "traffic", "uplinks"] as const;
type Phase = (typeof rebuildPhases)[number];

const dayMs = 86_400_000;
const daysAtOnce = 7;
/** A router tells 24 rows a day, and no index is by time alone. */
const uplinkDaysAtOnce = 31;

/** From the beginning, whatever was under way. `uplinks`: those alone. */
export async function beginRebuild(
  tx: Tx,
  { providerId }: RolledUp,
  { nowMs, phase }: { readonly nowMs: number; readonly phase: "payers" | "uplinks" },
): Promise<void> {
  const begun = { phase, firstDay: null, nextDay: null, begunAtMs: nowMs };
  await tx
    .insertInto("report_rebuilds")
    .values({ providerId, ...begun })
    .onConflict((on) => {
      const again = on.column("providerId").doUpdateSet(begun);
      // One that has not come to the uplinks yet comes to them by itself.
      return phase === "payers" ? again : again.where("report_rebuilds.phase", "=", "uplinks");
    })
    .execute();
}

/** One step. @returns whether there was one to take */
export async function stepRebuild(tx: Tx, of: RolledUp): Promise<boolean> {
  const { providerId } = of;
  const row = await tx
    .selectFrom("report_rebuilds")
    .select(["phase", sql<string | null>`next_day::text`.as("next"), sql<string | null>`first_day::text`.as("first")])
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  if (row === undefined) return false;
  const { phase, next } = row;
  if (phase === "payers") {
    if (!(await forgetPayers(tx, of))) await setPhase(tx, of, "sales");
    return true;
  }
  const counting = counters[phase];
  const from = next ?? (await counting.begin(tx, of));
  const first = await counting.firstDay(tx, of, from);
  if (first === null) {
    // What is told of later days has no facts any more.
    await counting.count(tx, of, { from, first: null, until: null });
    await setPhase(tx, of, rebuildPhases[rebuildPhases.indexOf(phase) + 1] ?? null);
    return true;
  }
  const until = addDays(first, phase === "uplinks" ? uplinkDaysAtOnce : daysAtOnce);
  await counting.count(tx, of, { from, first, until });
  await tx
    .updateTable("report_rebuilds")
    .set({ nextDay: until, firstDay: row.first ?? first })
    .where("providerId", "=", providerId)
    .execute();
  return true;
}

/** How far it is, in percent; null: nothing is being counted anew. */
export async function rebuildPercent(tx: Tx, providerId: string, today: string): Promise<number | null> {
  const row = await tx
    .selectFrom("report_rebuilds")
    .select(["phase", sql<string | null>`next_day::text`.as("next"), sql<string | null>`first_day::text`.as("first")])
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  if (row !== undefined) return percentOf(row, today);
  const asked = await tx
    .selectFrom("report_days_waiting")
    .select("what")
    .where("providerId", "=", providerId)
    .where("what", "=", "everything")
    .limit(1)
    .executeTakeFirst();
  return asked === undefined ? null : 0;
}

/** Pure: each phase is as long as another, and days of a phase are too. */
export function percentOf(
  { phase, next, first }: { readonly phase: Phase; readonly next: string | null; readonly first: string | null },
  today: string,
): number {
  const share = 100 / rebuildPhases.length;
  const [begin, now, end] = [first, next, today].map((day) => (day === null ? null : Date.parse(day)));
  const isKnown = begin != null && now != null && end != null && end > begin;
  const within = isKnown ? Math.min(1, Math.max(0, (now - begin) / (end - begin))) : 0;
  return Math.floor(share * (rebuildPhases.indexOf(phase) + within));
}

/** Null: it is done. */
async function setPhase(tx: Tx, { providerId }: RolledUp, phase: Phase | null): Promise<void> {
  if (phase === null) await tx.deleteFrom("report_rebuilds").where("providerId", "=", providerId).execute();
  else
    await tx
      .updateTable("report_rebuilds")
      .set({ phase, firstDay: null, nextDay: null })
      .where("providerId", "=", providerId)
      .execute();
}

/** Days, the last one not included. `from`: what was counted before of these days goes; null: of all days. `first`: the first one with facts. */
interface CountedDays {
  readonly from: string | null;
  readonly first: string | null;
  readonly until: string | null;
}

interface Counter {
  /** The first day that can be counted; null: any. */
  begin(tx: Tx, of: RolledUp): Promise<string | null>;
  /** The first day from then on with facts; null: there is none. */
  firstDay(tx: Tx, of: RolledUp, from: string | null): Promise<string | null>;
  count(tx: Tx, of: RolledUp, days: CountedDays): Promise<void>;
}

const anyDay = async () => null;

const counters: Readonly<Record<Exclude<Phase, "payers">, Counter>> = {
  sales: {
    begin: anyDay,
    async firstDay(tx, of, from) {
      const { rows } = await sql<{ at: number | null }>`
        select min(at_ms) as at from ledger_entries where provider_id = ${of.providerId}
          and at_ms >= ${from === null ? 0 : startMs(from, of)}::bigint`.execute(tx);
      return dayOf(rows[0]?.at, of.offsetMinutes);
    },
    count: (tx, of, { from, first, until }) =>
      countSoldBetween(
        tx,
        of,
        { from, until },
        first === null || until === null ? null : { fromMs: startMs(first, of), untilMs: startMs(until, of) },
      ),
  },
  "log-ins": {
    begin: firstFloorDay,
    async firstDay(tx, of, from) {
      const { rows } = await sql<{ at: number | null }>`
        select min(begun_at_ms) as at from sessions where provider_id = ${of.providerId}
          and begun_at_ms >= ${from === null ? 0 : startMs(from, of)}::bigint
          and begun_at_ms < ${lastDayEndMs - of.offsetMinutes * 60_000}::bigint`.execute(tx);
      return dayOf(rows[0]?.at, of.offsetMinutes);
    },
    count: (tx, of, { from, first, until }) =>
      countLogInsBetween(
        tx,
        of,
        { from, until },
        first === null || until === null ? null : { fromMs: startMs(first, of), untilMs: startMs(until, of) },
      ),
  },
  traffic: {
    begin: anyDay,
    async firstDay(tx, { providerId }, from) {
      const { rows } = await sql<{ day: string | null }>`
        select min(day)::text as day from usage_days where provider_id = ${providerId} and day < ${dayOf(lastDayEndMs, 0)}::date
          ${from === null ? sql`` : sql`and day >= ${from}::date`}`.execute(tx);
      return rows[0]?.day ?? null;
    },
    count: countTrafficBetween,
  },
  uplinks: {
    begin: anyDay,
    async firstDay(tx, { providerId }, from) {
      const { rows } = await sql<{ at: number | null }>`
        select min(from_ms) as at from router_figures where provider_id = ${providerId}
          and from_ms >= ${from === null ? 0 : Date.parse(from)}::bigint and from_ms < ${lastDayEndMs}::bigint`.execute(
        tx,
      );
      return dayOf(rows[0]?.at, 0);
    },
    // Days whose figures are too old to be kept stay as they were counted.
    count: async (tx, of, { first, until }) => {
      if (first !== null && until !== null) await countUplinks(tx, of, daysBetween(first, until));
    },
  },
};

const startMs = (day: string, { offsetMinutes }: RolledUp): number => Date.parse(day) - offsetMinutes * 60_000;
const dayOf = (atMs: number | null | undefined, offsetMinutes: number): string | null =>
  atMs == null ? null : new Date(Number(atMs) + offsetMinutes * 60_000).toISOString().slice(0, 10);
const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

function daysBetween(first: string, until: string): string[] {
  const days: string[] = [];
  for (let day = first; day < until; day = addDays(day, 1)) days.push(day);
  return days;
}
