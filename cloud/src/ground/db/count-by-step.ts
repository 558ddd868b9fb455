import { type RawBuilder, sql } from "kysely";
import type { Tx } from "./database.ts";

export interface StepsOf {
  readonly providerId: string;
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
  readonly stepMs: number;
}

/** How many rows of the provider there are in each step of time, from the beginning; a step without one is not there. @param only a condition */
export async function countByStep(
  tx: Tx,
  { table, column }: { readonly table: string; readonly column: string },
  { providerId, fromMs, untilMs, stepMs }: StepsOf,
  only: RawBuilder<boolean> = sql`true`,
): Promise<ReadonlyMap<number, number>> {
  const at = sql.ref(column);
  const { rows } = await sql<{ step: number; count: number }>`
    select (${at} - ${fromMs}::bigint) / ${stepMs}::bigint as step, count(*) as count
    from ${sql.table(table)} where provider_id = ${providerId} and ${at} >= ${fromMs} and ${at} < ${untilMs} and ${only}
    group by 1`.execute(tx);
  return new Map(rows.map((row) => [row.step, row.count]));
}
