/** The time zone of a provider, for reports that people read. */
import type { Tx } from "../../ground/db/database.ts";

/** Minutes east of UTC. */
export async function offsetOfProvider(tx: Tx, providerId: string): Promise<number> {
  const row = await tx
    .selectFrom("providers")
    .select("utcOffsetMinutes")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  return row?.utcOffsetMinutes ?? 0;
}
