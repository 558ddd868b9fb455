/** The time zone of a provider, for reports that people read. */
import type { Tx } from "../../ground/db/database.ts";

/** Minutes east of UTC. */
export async function offsetOfProvider(tx: Tx, providerId: string): Promise<number> {
  const row = await tx
    .selectFrom("providers")
    .select("utc_offset_minutes")
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  return row?.utc_offset_minutes ?? 0;
}
