/** Who copies parties out of the books (the figures do, in the background) and who erases one take turns. */
import type { Tx } from "./database.ts";
import { lockName } from "./lock-keys.ts";

/**
 * Until the transaction ends. What was read of the books before an erasure and written after it would bring the erased person's mark back into the
 * figures, where nothing would ever take it out.
 */
export async function lockCopiedParties(tx: Tx, providerId: string): Promise<void> {
  await lockName(tx, `report-roll-ups/${providerId}`);
}
