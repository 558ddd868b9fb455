/** Deletes what need not be kept, row by row; whole months of what is partitioned go by `keep-months.ts`. Money, and what became of its evidence, are kept. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { clockDoubted, isClockSure } from "../../ground/db/hub-clock.ts";
import { type KeptDays, keptMsOf } from "../../ground/jobs/kept-days.ts";
import { type MaintenanceJob, type RetentionRule, runMsMax } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";

/** Rows per statement: a long one would block other requests. */
const sliceRows = 5000;

/** @param keptDays of kinds that are kept for another time than usual */
export function retentionJob(
  world: World,
  database: Database,
  rules: readonly RetentionRule[],
  keptDays: KeptDays = new Map(),
): MaintenanceJob {
  return {
    name: "forget-old-rows",
    everyMs: 3_600_000,
    mostMs: runMsMax,
    async run() {
      // What is taken for old may be of today.
      if (!isClockSure(world)) return `nothing deleted: ${clockDoubted}`;
      const nowMs = world.clock.wall().atMs;
      const done: string[] = [];
      const failed: string[] = [];
      for (const rule of rules) {
        if (rule.byMonth) continue;
        try {
          const gone = await untilNone(() => forgetSlice(database, rule, nowMs - keptMsOf(rule, keptDays)));
          if (gone > 0) done.push(`${rule.table} ${gone}`);
        } catch (error) {
          // The rules behind it delete theirs all the same: one row that can't go would else keep all of them for ever.
          failed.push(`${rule.table}: ${(error as Error).message}`);
        }
      }
      if (failed.length > 0) throw new Error(failed.join("; "));
      return done.length === 0 ? "nothing" : done.join(", ");
    },
  };
}

function forgetSlice(database: Database, rule: RetentionRule, untilMs: number): Promise<number> {
  const { table, column, only, empties } = rule;
  const isFull = empties === undefined ? sql`` : sql`and ${sql.ref(empties)} is not null`;
  const rows = sql`
    select ctid from ${sql.table(table)} where ${sql.ref(column)} < ${untilMs} ${isFull}
      ${only === undefined ? sql`` : sql`and (${sql.raw(only)})`} limit ${sliceRows}`;
  return database.asPlatform("retention", async (tx) => {
    const result = await (empties === undefined
      ? sql`delete from ${sql.table(table)} where ctid in (${rows})`
      : sql`update ${sql.table(table)} set ${sql.ref(empties)} = null where ctid in (${rows})`
    ).execute(tx);
    return Number(result.numAffectedRows ?? 0);
  });
}
