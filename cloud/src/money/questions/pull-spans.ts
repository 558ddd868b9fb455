/** Which spans of time a channel's list was read for (`run-pull.ts`). None ends later than its reading began, by the database's clock too. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** Was a list that begins before `beganBeforeMs` read since then? */
export async function wasPulled(
  tx: Tx,
  channel: { readonly providerId: string; readonly channelId: string },
  { readSinceMs, beganBeforeMs }: { readonly readSinceMs: number; readonly beganBeforeMs: number },
): Promise<boolean> {
  const read = await tx
    .selectFrom("pull_spans")
    .select("fromMs")
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("readAtMs", ">", readSinceMs)
    .where("fromMs", "<", beganBeforeMs)
    .executeTakeFirst();
  return read !== undefined;
}

/** Was a list of the channel of `receipts` read that covers what was paid and booked, with so much around it? */
export const isCovered = (marginMs: number): RawBuilder<boolean> => sql`exists (select from pull_spans read
  where read.provider_id = receipts.provider_id and read.channel_id = receipts.channel_id
    and read.from_ms < least(receipts.paid_at_ms, receipts.booked_at_ms) - ${marginMs}::bigint
    and read.to_ms > greatest(receipts.paid_at_ms, receipts.booked_at_ms) + ${marginMs}::bigint)`;
