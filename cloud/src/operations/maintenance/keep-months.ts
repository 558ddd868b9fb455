/**
 * Makes the months of partitioned tables (`ground/db/months.sql`) ahead, and drops those that are too old. Each step is one short transaction that
 * locks its table against everybody: where somebody holds the table for longer (a back-up reads all of them), the step is left for the next run.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { isLockNotAvailable } from "../../ground/db/passing.ts";
import { type KeptDays, keptMsOf } from "../../ground/jobs/kept-days.ts";
import type { MaintenanceJob, RetentionRule } from "../../ground/jobs/maintenance-job.ts";
import { type Month, type MonthsOfTable, planMonths } from "./months-policy.ts";

/** Everybody who needs the table waits behind a step that waits, so it gives up soon: before PostgreSQL looks for deadlocks (1 s). */
const lockTimeout = "500ms";

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
    async run() {
      const nowMs = world.clock.wall().atMs;
      const done: string[] = [];
      for (const table of await readMonths(database)) {
        const rule = byTable.get(table.name);
        const keptMs = rule === undefined ? null : keptMsOf(rule, keptDays);
        done.push(...(await keepMonths(database, table, planMonths(nowMs, keptMs, table))));
      }
      return done.length === 0 ? "nothing" : done.join(", ");
    },
  };
}

export async function readMonths(database: Pick<Database, "asPlatform">): Promise<readonly MonthsOfTable[]> {
  const { rows } = await database.asPlatform("read-months", (tx) =>
    sql<MonthsOfTable>`select name, months, first_other as "firstOther", last_other as "lastOther" from karibu_months()`.execute(
      tx,
    ),
  );
  return rows;
}

/** @returns what it did, in a few words each */
async function keepMonths(
  database: Database,
  { name }: MonthsOfTable,
  { make, drop, forgetBefore }: ReturnType<typeof planMonths>,
): Promise<string[]> {
  const day = (month: Month) => sql`${`${month}-01`}::date`;
  const table = sql`${name}::regclass`;
  const steps = [
    ...make.map((month) => [`${name} ${month} made`, sql`select karibu_make_month(${table}, ${day(month)})`] as const),
    ...drop.map(
      (month) => [`${name} ${month} dropped`, sql`select karibu_drop_month(${table}, ${day(month)})`] as const,
    ),
    ...(forgetBefore === null
      ? []
      : [
          [
            `${name} before ${forgetBefore} forgotten`,
            sql`select karibu_forget_others(${table}, ${day(forgetBefore)})`,
          ] as const,
        ]),
  ];
  const done: string[] = [];
  for (const [what, step] of steps) {
    const isDone = await database
      .asPlatform("keep-months", (tx) => step.execute(tx), { lockTimeout })
      .then(
        () => true,
        (error: unknown) => {
          if (isLockNotAvailable(error)) return false;
          throw error;
        },
      );
    done.push(isDone ? what : `${what} later`);
  }
  return done;
}
