/**
 * A discount in the books. The sale itself is booked with what was paid. One entry more raises `revenue` to the usual price and puts the
 * difference on `discounts`: what was sold and what was given stand apart, and together they are what came in.
 */

import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { countEntries } from "../ledger/posted-sum.ts";

/** Pure. @param sign -1: the sale is undone, and its discount with it */
export function discountEntry(
  entryKey: string,
  discountCents: number,
  currency: string,
  sign: 1 | -1 = 1,
): LedgerEntry {
  return balanced({
    entryKey,
    kind: "discount",
    postings: [
      { account: "discounts", currency, amountCents: cents(sign * discountCents) },
      { account: "revenue", currency, amountCents: cents(-sign * discountCents) },
    ],
  });
}

interface Discounted {
  readonly providerId: string;
  readonly purchaseId: string;
  readonly discountCents: number;
  readonly currency: string;
}

/** Brings the books to what the purchase is now: sold, or not. Safe to repeat; a sale that is undone and proved after all has three entries. */
export async function followDiscount(ledger: Ledger, tx: Tx, purchase: Discounted, isSold: boolean): Promise<void> {
  const { providerId, purchaseId, discountCents, currency } = purchase;
  if (discountCents === 0) return;
  const count = await countEntries(tx, { providerId, purchaseId }, "discount");
  if ((count % 2 === 1) === isSold) return;
  const entry = discountEntry(`discount:${purchaseId}:${count + 1}`, discountCents, currency, isSold ? 1 : -1);
  await ledger.post(tx, { providerId, purchaseId, party: null }, entry);
}
