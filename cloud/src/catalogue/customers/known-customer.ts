import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/** Is this number in the provider's list of customers? */
export async function isKnownCustomer(tx: Tx, party: Party): Promise<boolean> {
  const row = await tx
    .selectFrom("customers")
    .select("customerId")
    .where("phoneHash", "=", party)
    .where("active", "=", true)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}
