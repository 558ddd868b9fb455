/**
 * A counter sale for cash. Who sold it and has a float keeps the cash, so it comes off what was prepaid, and the commission goes onto
 * it; of others it is in the office's till.
 */
import type { Tx } from "../../ground/db/database.ts";
import { transferEntry } from "../ledger/entries.ts";
import { readFloat } from "../ledger/floats.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { LoadedPurchase } from "./purchase-rows.ts";

export async function settleCounterSale(ledger: Ledger, tx: Tx, purchase: LoadedPurchase): Promise<void> {
  const { providerId, purchaseId, soldBy: seller, currency, amountCents } = purchase;
  // A sale for the customer's credit, or by a prompt, brings the seller no cash.
  if (seller === null || purchase.channel.facts.paidFrom !== "cash") return;
  const cause = { providerId, purchaseId, party: null };
  const clearing = `clearing:${purchase.channelId}` as const;
  if ((await readFloat(tx, { providerId, userId: seller, currency })) === null) {
    // The office took it: it is in the office's till.
    const toTill = { from: clearing, to: "cash", amountCents, currency } as const;
    await ledger.post(tx, cause, transferEntry(`cash:${purchaseId}`, "float", toTill));
    return;
  }
  const float = `float:${seller}` as const;
  const toFloat = { from: clearing, to: float, amountCents, currency };
  await ledger.post(tx, cause, transferEntry(`float-sale:${purchaseId}`, "float", toFloat));
  const { commissionPermille } = await readMoneySettings(tx, providerId);
  const commission = Math.floor((amountCents * commissionPermille) / 1000);
  if (commission === 0) return;
  const earned = { from: float, to: "commission", amountCents: commission, currency } as const;
  await ledger.post(tx, cause, transferEntry(`commission:${purchaseId}`, "commission", earned));
}
