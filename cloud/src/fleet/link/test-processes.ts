import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** A hub process that a test plays. Its row is of the future, or the hub that runs beside it takes it for dead and clears its links. */
export async function playProcess(tx: Tx, processId: string): Promise<void> {
  await processRow(processId).execute(tx);
}

/** The same as a statement, for tests that run theirs themselves. */
export const processRow = (processId: string): RawBuilder<unknown> =>
  sql`insert into hub_processes (process_id, seen_at_ms) values (${processId}, 9000000000000) on conflict do nothing`;
