/**
 * Makes the months of partitioned tables (`ground/db/months.sql`) ahead, and drops those that are too old. Each step is one short transaction that
 * locks its table against everybody: where somebody holds the table for longer (a back-up reads all of them), the step is left for the next run.
 */
import { setImmediate as nextRound } from "node:timers/promises";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { clockDoubted, isClockSure } from "../../ground/db/hub-clock.ts";
import { isLockNotAvailable } from "../../ground/db/passing.ts";
import { type KeptDays, keptMsOf } from "../../ground/jobs/kept-days.ts";
import { type MaintenanceJob, type RetentionRule, runMsMax, type Span } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";
import { type Month, type MonthsOfTable, monthOf, planMonths, spanOf } from "./months-policy.ts";

/** Everybody who needs the table waits behind a step that waits, so it gives up soon: before PostgreSQL looks for deadlocks (1 s). */
const lockTimeout = "500ms";
/** Rows of a month that had no part are moved so many at a time: everybody who needs the table waits. */
const movedRows = 20_000;

/** @param rules tables that none of them names are kept for ever */
export function monthsJob(
  world: World,
  database: Database,
  rules: readonly RetentionRule[],
  keptDays: KeptDays = new Map(),
): MaintenanceJob {
  const byTable = new Map(rules.filter(({ byMonth }) => byMonth).map((rule) => [rule.table, rule]));
  return {
    name: "keep-months",
    everyMs: 3_600_000,
    mostMs: runMsMax,
    async run() {
      const nowMs = world.clock.wall().atMs;
      const [done, failed]: [string[], string[]] = [[], []];
      const isSure = isClockSure(world);
      if (!isSure) done.push(`nothing dropped: ${clockDoubted}`);
      for (const table of await readMonths(database)) {
        const rule = byTable.get(table.name);
        const keptMs = rule === undefined || !isSure ? null : keptMsOf(rule, keptDays);
        // A table that can't be kept is not in the way of the others.
        await keepMonths(database, table, planMonths(nowMs, keptMs, table), rule, nowMs).then(
          (steps) => done.push(...steps),
          (error: Error) => failed.push(`${table.name}: ${error.message}`),
        );
      }
      const now = monthOf(nowMs);
      // Rows of today that lie with those of other times: the longer, the more there are to move.
      for (const { name, months } of await readMonths(database))
        if (!months.includes(now)) failed.push(`${name}: ${now} has no part`);
      if (failed.length > 0) throw new Error([...failed, ...done].join(", "));
      return done.length === 0 ? "nothing" : done.join(", ");
    },
  };
}

/**
 * Before the hub serves: the first rows after a long pause find the part of their month, and need not be moved. A database that was just made has no
 * months and few rows: the job makes its first ones.
 */
export async function makeMonthsAhead(world: World, database: Database): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  for (const table of await readMonths(database)) {
    if (table.months.length === 0) continue;
    const { make } = planMonths(nowMs, null, { ...table, firstOther: null, lastOther: null });
    const plan = { make, drop: [], forgetBefore: null };
    await keepMonths(database, table, plan, {}, nowMs).catch((error: Error) =>
      world.log.error("months-not-made", { table: table.name, message: error.message }),
    );
  }
}

export async function readMonths(database: Pick<Database, "asPlatform">): Promise<readonly MonthsOfTable[]> {
  const { rows } = await database.asPlatform("read-months", (tx) =>
    sql<MonthsOfTable>`select name, months, begun, first_other, last_other from karibu_months()`.execute(tx),
  );
  return rows;
}

interface Step {
  readonly what: string;
  /** @returns false: there is more of it, for another transaction */
  run(tx: Tx): Promise<boolean>;
  /** Of the rows that go. */
  readonly dropped?: Span;
}

/** @returns what it did, in a few words each */
async function keepMonths(
  database: Database,
  { name }: MonthsOfTable,
  { make, drop, forgetBefore }: ReturnType<typeof planMonths>,
  { outlives, notes }: Pick<RetentionRule, "outlives" | "notes"> = {},
  nowMs: number,
): Promise<string[]> {
  const day = (month: Month) => sql`${`${month}-01`}::date`;
  const table = sql`${name}::regclass`;
  const steps: Step[] = [
    ...make.map((month) => ({
      what: `${name} ${month} made`,
      run: async (tx: Tx) => {
        const { rows } = await sql<{
          whole: boolean;
        }>`select karibu_make_month(${table}, ${day(month)}, ${movedRows}) as whole`.execute(tx);
        return rows[0]?.whole === true;
      },
    })),
    ...drop.map((month) => ({
      what: `${name} ${month} dropped`,
      run: (tx: Tx) => sql`select karibu_drop_month(${table}, ${day(month)})`.execute(tx).then(() => true),
      dropped: spanOf(month),
    })),
    ...(forgetBefore === null
      ? []
      : [
          {
            what: `${name} before ${forgetBefore} forgotten`,
            run: (tx: Tx) =>
              sql`select karibu_forget_others(${table}, ${day(forgetBefore)})`.execute(tx).then(() => true),
            dropped: { fromMs: Number.MIN_SAFE_INTEGER, untilMs: spanOf(forgetBefore).fromMs },
          },
        ]),
  ];
  const done: string[] = [];
  for (const { what, run, dropped } of steps) {
    const saves =
      outlives !== undefined && dropped !== undefined
        ? (isLocked: boolean) => (tx: Tx) => outlives(tx, { ...dropped, nowMs, isLocked })
        : null;
    if (saves !== null) await untilNone(() => database.asPlatform("keep-months", saves(false)));
    const take = () =>
      database.asPlatform(
        "keep-months",
        async (tx) => {
          // Before everybody has to wait: what is saved after all is a part of it.
          if (dropped !== undefined) await notes?.(tx, dropped);
          if (saves !== null) {
            // What came between: nobody adds to it any more.
            await sql`lock table ${sql.table(name)} in access exclusive mode`.execute(tx);
            await untilNone(() => saves(true)(tx));
          }
          return run(tx);
        },
        { lockTimeout },
      );
    let isDone = true;
    try {
      while (!(await take())) await nextRound();
    } catch (error) {
      if (!isLockNotAvailable(error)) throw error;
      isDone = false;
    }
    done.push(isDone ? what : `${what} later`);
  }
  return done;
}
