/** A sale over the counter that is refunded has earned its seller nothing: the commission goes back in the part of the money. */
import type { Tx } from "../../ground/db/database.ts";
import { transferEntry } from "../ledger/entries.ts";
import { postedSum } from "../ledger/posted-sum.ts";
import { findPurchase } from "../purchases/purchase-rows.ts";
import { type RefundParts, type RefundRow, refundedOf } from "./refund-rows.ts";

/** What of a commission a seller keeps no more once so much of the price was given back, minor units. The last part takes the rest. Pure. */
const commissionBack = (commissionCents: number, refundedCents: number, priceCents: number): number =>
  Math.floor((commissionCents * Math.min(refundedCents, priceCents)) / Math.max(1, priceCents));

/** After the refund is in the books. Of a sale that earned nothing it does nothing. */
export async function takeCommissionBack(parts: RefundParts, tx: Tx, refund: RefundRow): Promise<void> {
  const { provider_id: providerId, refund_id: refundId, purchase_id: purchaseId, currency } = refund;
  if (purchaseId === null) return;
  const sum = (keyBegins: string) => postedSum(tx, { providerId, purchaseId, keyBegins }, "commission");
  const earnedCents = await sum(`commission:${purchaseId}`);
  if (earnedCents === 0) return;
  const sale = await findPurchase(tx, providerId, purchaseId);
  if (sale === undefined || sale.sold_by === null) return;
  const refundedCents = await refundedOf(tx, providerId, purchaseId);
  const dueCents = commissionBack(earnedCents, refundedCents, sale.amount_cents);
  const amountCents = dueCents + (await sum("commission-back:"));
  if (amountCents <= 0) return;
  const back = { from: "commission", to: `float:${sale.sold_by}`, amountCents, currency } as const;
  const entry = transferEntry(`commission-back:${refundId}`, "commission", back);
  await parts.ledger.post(tx, { providerId, purchaseId, party: null }, entry);
}
