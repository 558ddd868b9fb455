/** Deletes what need not be kept. Money, and what became of its evidence, are kept. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { KeptDays } from "../../ground/jobs/kept-days.ts";
import type { MaintenanceJob, RetentionRule } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";

/** Rows per statement: a long one would block other requests. */
const sliceRows = 5000;

const dayMs = 86_400_000;

/** @param keptDays of kinds that are kept for another time than usual */
export function retentionJob(
  world: World,
  database: Database,
  rules: readonly RetentionRule[],
  keptDays: KeptDays = new Map(),
): MaintenanceJob {
  const keptMsOf = ({ kind, keptMs }: RetentionRule) => {
    const days = kind === undefined ? undefined : keptDays.get(kind);
    return days === undefined ? keptMs : days * dayMs;
  };
  return {
    name: "forget-old-rows",
    everyMs: 3_600_000,
    async run() {
      const nowMs = world.clock.wall().atMs;
      const done: string[] = [];
      for (const rule of rules) {
        const gone = await untilNone(() => forgetSlice(database, rule, nowMs - keptMsOf(rule)));
        if (gone > 0) done.push(`${rule.table} ${gone}`);
      }
      return done.length === 0 ? "nothing" : done.join(", ");
    },
  };
}

function forgetSlice(database: Database, rule: RetentionRule, untilMs: number): Promise<number> {
  const { table, column, only, empties, by } = rule;
  if (by !== undefined)
    return database.asPlatform("retention", async (tx) => {
      const gone = await sql<{ gone: number }>`select ${sql.ref(by)}(${untilMs}::bigint, ${sliceRows}) as gone`.execute(
        tx,
      );
      return gone.rows[0]?.gone ?? 0;
    });
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
