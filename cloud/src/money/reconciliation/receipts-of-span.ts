/** What the books have of a channel for a span of time that a statement speaks of. */
import { type RawBuilder, sql } from "kysely";
import type { ReceiptPlace } from "../channels/channels.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";

/** A receipt with `returned_cents`, and when: by the channel's clock, or by ours where that is not known. */
export type ReceiptOfSpan = Pick<ReceiptRow, "receipt" | "amountCents" | "returnedCents" | "state"> & {
  readonly atMs: number;
};

/** The end is not in it. What was booked before `bookedFromMs` is of an earlier statement. */
export interface ReceiptSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly bookedFromMs: number;
  /** The receipts that the statement lists: they count for the span, whatever time the books have. */
  readonly listed: readonly string[];
}

/**
 * Each receipt once. Three short reads, each by an index of its own: joined by "or" they would read all that was booked since. As an array the listed
 * ones are looked up one by one, whatever the database takes for their number.
 */
export function receiptsOfSpan(
  { providerId, channelId, rail }: Pick<ReceiptPlace, "providerId" | "channelId" | "rail">,
  { fromMs, untilMs, bookedFromMs, listed }: ReceiptSpan,
): RawBuilder<ReceiptOfSpan> {
  const those = (which: RawBuilder<boolean>) => sql`
    select receipt, amount_cents, returned_cents, state, coalesce(paid_at_ms, booked_at_ms) as at_ms from receipts
    where provider_id = ${providerId} and rail = ${rail} and channel_id = ${channelId} and booked_at_ms >= ${bookedFromMs} and ${which}`;
  return sql<ReceiptOfSpan>`
    ${those(sql<boolean>`paid_at_ms >= ${fromMs} and paid_at_ms < ${untilMs}`)}
    union
    ${those(sql<boolean>`paid_at_ms is null and booked_at_ms >= ${fromMs} and booked_at_ms < ${untilMs}`)}
    union
    ${those(sql<boolean>`receipt = any(array(select jsonb_array_elements_text(${JSON.stringify(listed)}::jsonb)))`)}`;
}
