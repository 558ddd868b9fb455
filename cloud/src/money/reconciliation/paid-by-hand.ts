/** Money that a person recorded as paid out of a channel, under the receipt by which its statement knows it. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReceiptPlace } from "../channels/channels.ts";

/** As one parameter: a statement may have more rows than a query parameters. */
export const isAmong = (column: string, receipts: readonly string[]) =>
  sql<boolean>`${sql.ref(column)} in (select jsonb_array_elements_text(${JSON.stringify(receipts)}::jsonb))`;

/** What of these went to the owner of a venue or for an expense out of this channel, as a person recorded it, minor units by receipt. */
export async function paidByHand(
  tx: Tx,
  { providerId, channelId }: Pick<ReceiptPlace, "providerId" | "channelId">,
  receipts: readonly string[],
): Promise<Map<string, number>> {
  const toVenues = tx
    .selectFrom("venue_pay_outs")
    .select(["reference", "amount_cents"])
    .where("provider_id", "=", providerId)
    .where("paid_from", "=", `clearing:${channelId}`)
    .where(isAmong("reference", receipts));
  const spent = tx
    .selectFrom("expenses")
    .select(["reference", "amount_cents"])
    .where("provider_id", "=", providerId)
    .where("paid_from", "=", `clearing:${channelId}`)
    .where("voided_entry_id", "is", null)
    .where(isAmong("reference", receipts));
  const rows = await toVenues.unionAll(spent).execute();
  return new Map(rows.map((row) => [row.reference ?? "", row.amount_cents]));
}
