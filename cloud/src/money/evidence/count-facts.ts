import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** How many facts of one source came in at a channel since then. */
export async function countFacts(
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  source: string,
  sinceMs: number,
): Promise<number> {
  const { count } = await tx
    .selectFrom("evidence")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("source", "=", source)
    .where("receivedAtMs", ">", sinceMs)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Did a channel's own list ever name the receipt of a row? @param table has `provider_id` and `receipt` */
export const wasListed = (table: string): RawBuilder<boolean> => sql`exists (select from evidence listed
  where listed.provider_id = ${sql.ref(`${table}.providerId`)} and listed.source = 'pull' and listed.natural_key = ${sql.ref(`${table}.receipt`)})`;
