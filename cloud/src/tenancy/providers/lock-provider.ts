import type { Tx } from "../../ground/db/database.ts";

/** Until this transaction of the provider ends, others that come here wait: what they count or find is then what this one left. */
export async function lockProvider(tx: Tx, providerId: string): Promise<void> {
  await tx.selectFrom("providers").select("providerId").where("providerId", "=", providerId).forNoKeyUpdate().execute();
}
