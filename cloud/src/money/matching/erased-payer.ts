import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/** Whoever paid was erased since: a restored hub hears once more of what they paid before, and tells them nothing. */
export async function isErasedPayer(tx: Tx, providerId: string, party: Party, boughtAtMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom("erased_again")
    .select("mark")
    .where("providerId", "=", providerId)
    .where("mark", "=", party)
    .where("erasedAtMs", ">=", boughtAtMs)
    .executeTakeFirst();
  return row !== undefined;
}
