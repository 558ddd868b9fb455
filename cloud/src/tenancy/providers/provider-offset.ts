/** The time zone of a provider, for reports that people read. */
import { type RawBuilder, sql } from "kysely";
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

/** Minutes east of UTC of the provider of a row, as a column. @param table has `provider_id` */
export const providerOffsetOf = (table: string): RawBuilder<number> =>
  sql`(select utc_offset_minutes from providers zone where zone.provider_id = ${sql.ref(`${table}.providerId`)})`;
