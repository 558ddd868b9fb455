/** A sale over the counter, or for cash at a site, that is refunded has earned its seller nothing: the commission goes back in the part of the money. */
import type { Tx } from "../../ground/db/database.ts";
import { lockCashSale, setKeptCommission } from "../cash-sales/cash-sale-rows.ts";
import { transferEntry } from "../ledger/entries.ts";
import { postedBy, postedSum } from "../ledger/posted-sum.ts";
import { findPurchase } from "../purchases/purchase-rows.ts";
import { type RefundParts, type RefundRow, refundedOf, refundedOfCashSale } from "./refund-rows.ts";

/** What of a commission a seller keeps no more once so much of the price was given back, minor units. The last part takes the rest. Pure. */
const commissionBack = (commissionCents: number, refundedCents: number, priceCents: number): number =>
  Math.floor((commissionCents * Math.min(refundedCents, priceCents)) / Math.max(1, priceCents));

/** After the refund is in the books. Of a sale that earned nothing it does nothing. */
export async function takeCommissionBack(parts: RefundParts, tx: Tx, refund: RefundRow): Promise<void> {
  const { providerId, purchaseId, cashSaleId } = refund;
  if (cashSaleId !== null) return takeBackAtSite(parts, tx, refund, cashSaleId);
  if (purchaseId === null) return;
  const sum = (keyBegins: string) => postedSum(tx, { providerId, purchaseId, keyBegins }, "commission");
  const earnedCents = await sum(`commission:${purchaseId}`);
  if (earnedCents === 0) return;
  const sale = await findPurchase(tx, providerId, purchaseId);
  if (sale === undefined || sale.soldBy === null) return;
  const refundedCents = await refundedOf(tx, providerId, purchaseId);
  const dueCents = commissionBack(earnedCents, refundedCents, sale.amountCents);
  const amountCents = dueCents + (await sum("commission-back:"));
  await postBack(parts, tx, refund, { sellerId: sale.soldBy, amountCents });
}

/** What the seller keeps stands with the sale: of it the site's standing is added up. */
async function takeBackAtSite(parts: RefundParts, tx: Tx, refund: RefundRow, cashSaleId: string): Promise<void> {
  const { providerId } = refund;
  const sale = await lockCashSale(tx, providerId, cashSaleId);
  if (sale.entryId === null) return;
  const earnedCents = await postedBy(tx, { providerId, entryId: sale.entryId }, "commission");
  const refundedCents = await refundedOfCashSale(tx, providerId, cashSaleId);
  const keptCents = earnedCents - commissionBack(earnedCents, refundedCents, sale.priceCents);
  await postBack(parts, tx, refund, { sellerId: sale.sellerId, amountCents: sale.commissionCents - keptCents });
  await setKeptCommission(tx, sale, keptCents);
  if (keptCents !== sale.commissionCents) await parts.sellers.tell(tx, sale.sellerId, sale.siteId);
}

async function postBack(
  { ledger }: RefundParts,
  tx: Tx,
  { providerId, refundId, purchaseId, currency }: RefundRow,
  { sellerId, amountCents }: { readonly sellerId: string; readonly amountCents: number },
): Promise<void> {
  if (amountCents <= 0) return;
  const back = { from: "commission", to: `float:${sellerId}`, amountCents, currency } as const;
  const entry = transferEntry(`commission-back:${refundId}`, "commission", back);
  await ledger.post(tx, { providerId, purchaseId, party: null }, entry);
}
