/**
 * An order whose making was never answered has no name that its channel knows: the hub died meanwhile, or the answer was lost. The
 * channel's notice brings that name, beside the reference that we gave. A notice is not believed: the order is asked about, and an answer that
 * speaks of another reference says nothing. So a later notice may name another order, until an answer of the channel's has named ours.
 */
import type { Tx } from "../../ground/db/database.ts";

/** @returns the purchase; null: none of this channel with such a reference waits for its order's name */
export async function adoptOrder(
  tx: Tx,
  channel: { readonly providerId: string; readonly channelId: string },
  order: { readonly requestId: string; readonly reference: string },
): Promise<string | null> {
  const row = await tx
    .updateTable("purchases")
    .set({ requestId: order.requestId, requestIdFrom: "callback" })
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("reference", "=", order.reference)
    .where("state", "in", ["created", "sending", "unknown"])
    .where((where) => where.or([where("requestId", "is", null), where("requestIdFrom", "=", "callback")]))
    .returning("purchaseId")
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}
