/** Money that a person recorded as paid out of a channel, under the receipt by which its statement knows it. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReceiptPlace } from "../channels/channels.ts";

/** As one parameter: a statement may have more rows than a query parameters. */
export const isAmong = (column: string, receipts: readonly string[]) =>
  sql<boolean>`${sql.ref(column)} in (select jsonb_array_elements_text(${JSON.stringify(receipts)}::jsonb))`;

/** What of these a person recorded as paid out of this channel, minor units by receipt. */
export async function paidByHand(
  tx: Tx,
  { providerId, channelId }: Pick<ReceiptPlace, "providerId" | "channelId">,
  receipts: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx
    .selectFrom("paid_by_hand")
    .select(["receipt", "amountCents"])
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where(isAmong("receipt", receipts))
    .execute();
  return new Map(rows.map((row) => [row.receipt, row.amountCents]));
}
