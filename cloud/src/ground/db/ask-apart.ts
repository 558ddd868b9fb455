import type { Log } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "./database.ts";
import { isConflict } from "./passing.ts";

/**
 * A part of a transaction that may fail by itself, as what one module reads: the failure is logged under the module's name, what the part wrote is undone,
 * and the rest goes on. PostgreSQL ends a transaction with its first failed statement, so the part stands behind a savepoint. Where the database itself is
 * gone, the way back to the savepoint fails as well, and nobody takes that for the module's fault.
 * @returns null: it failed
 */
export async function askApart<Answer>(
  log: Log,
  tx: Tx,
  module: string,
  ask: () => Promise<Answer>,
): Promise<{ readonly answer: Answer } | null> {
  await sql`savepoint ask_apart`.execute(tx);
  try {
    const answer = await ask();
    await sql`release savepoint ask_apart`.execute(tx);
    return { answer };
  } catch (error) {
    if (isConflict(error)) throw error; // the transaction is repeated as a whole
    await sql`rollback to savepoint ask_apart`.execute(tx);
    log.error("module-not-asked", { module, error: String(error) });
    return null;
  }
}
