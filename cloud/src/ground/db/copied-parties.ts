/** Who copies parties out of the books (the figures do, in the background) and who erases one take turns. */
import { sql } from "kysely";
import type { Tx } from "./database.ts";

/**
 * Until the transaction ends. What was read of the books before an erasure and written after it would bring the erased person's mark back into the
 * figures, where nothing would ever take it out.
 */
export async function lockCopiedParties(tx: Tx, providerId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`report-roll-ups/${providerId}`}, 0))`.execute(tx);
}
