/**
 * Only a part of a payment went back to its payer. That part leaves the books. The purchase and its grant stay, because the
 * customer paid the rest, unless refunds of ours had given that back already; a person decides what else should happen.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { creditToTakeBack } from "../ledger/credit.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import { reverseReceipt } from "../matching/suspense.ts";
import { findPurchase, type PurchaseParts, setPurchase } from "../purchases/purchase-rows.ts";
import { markForReview } from "../purchases/review.ts";
import { isOver } from "../purchases/transition/purchase-facts.ts";
import { type ReceiptRow, readReceiptOnRail, setReceipt } from "../receipts/receipt-rows.ts";
import { returnedPartKey } from "../receipts/returned-parts.ts";
import { isUndone } from "../receipts/unapplied.ts";
import { twiceOf } from "../refunds/refund-policy.ts";
import type { Reversal } from "./differences.ts";

/**
 * @param place the channel whose money went back; of a receipt that another one got it says nothing
 * @returns false: the money is in no book of this channel, or the books have this reversal already
 */
export async function takeReversal(
  parts: PurchaseParts,
  tx: Tx,
  { providerId, channelId, rail }: Pick<ReceiptPlace, "providerId" | "channelId" | "rail">,
  { receipt: by, linkedReceipt, amountCents }: Pick<Reversal, "receipt" | "linkedReceipt" | "amountCents">,
  source: "statement" | "reversal-result" = "statement",
): Promise<boolean> {
  if (linkedReceipt === null) return false;
  const row = await readReceiptOnRail(tx, { providerId, rail, receipt: linkedReceipt });
  if (row === undefined || row.channelId !== channelId || isUndone(row)) return false;
  const entryKey = returnedPartKey(row, by);
  const known = await tx
    .selectFrom("ledger_entries")
    .select("entryId")
    .where("providerId", "=", providerId)
    .where("entryKey", "=", entryKey)
    .executeTakeFirst();
  if (known !== undefined) return false;
  if (amountCents >= row.amountCents - row.returnedCents) await reverseReceipt(parts, tx, row, source);
  else await bookPart(parts, tx, row, { entryKey, amountCents });
  return true;
}

/** What goes back of each part of a receipt, minor units. What bought nothing goes first. */
interface ReturnedParts {
  readonly suspenseCents: number;
  readonly creditCents: number;
  readonly planCents: number;
}

function partsOf(row: ReceiptRow, amountCents: number): ReturnedParts {
  const suspenseCents = Math.min(row.suspenseCents, amountCents);
  const creditCents = Math.min(row.creditCents, amountCents - suspenseCents);
  return { suspenseCents, creditCents, planCents: amountCents - suspenseCents - creditCents };
}

async function bookPart(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  part: { readonly entryKey: string; readonly amountCents: number },
): Promise<void> {
  const { world, ledger, emit } = parts;
  const { providerId, purchaseId } = row;
  const returned = partsOf(row, part.amountCents);
  const paid = purchaseId === null ? undefined : await findPurchase(tx, providerId, purchaseId); // locked before the customer's credit
  const party = row.party ?? paid?.phoneHash ?? null;
  const spendable = party === null ? 0 : await creditToTakeBack(tx, providerId, party, row.currency);
  const refundedCents = paid === undefined ? 0 : await parts.refundedCents(tx, providerId, paid.purchaseId);
  const givenCents = refundedCents + row.returnedPlanCents;
  // Of the plan's part our refunds gave some back before: the customer has that twice.
  const twiceCents = paid === undefined ? 0 : twiceOf({ priceCents: paid.amountCents, givenCents }, returned.planCents);
  const entry = partEntry(row, part.entryKey, { ...returned, twiceCents }, spendable);
  await ledger.post(tx, { providerId, purchaseId, party }, entry);
  // Held for a purchase or for nobody: whoever gets it gets less than was paid, so a person decides who.
  const held =
    returned.suspenseCents > 0 ? { state: "frozen" as const, purchaseId: null, note: "a part went back" } : {};
  const after = {
    ...held,
    suspenseCents: row.suspenseCents - returned.suspenseCents,
    creditCents: row.creditCents - returned.creditCents,
    planCents: row.planCents - returned.planCents,
    returnedCents: row.returnedCents + part.amountCents,
    returnedPlanCents: row.returnedPlanCents + returned.planCents,
  };
  await setReceipt(tx, row, after);
  if (paid === undefined) {
    await emit(tx, providerId, { topic: "payment", id: row.receipt, action: "partly-reversed" });
    return;
  }
  const backCents = refundedCents + after.returnedPlanCents;
  // More than was paid: what we refunded went back at the channel besides.
  const isTwice = backCents > paid.amountCents;
  // What our refunds had left went back: nothing of its price is paid any more.
  const isAllBack = refundedCents < paid.amountCents && backCents >= paid.amountCents && !isOver(paid.state);
  if (isAllBack) {
    await setPurchase(tx, paid, { state: "reversed" });
    await parts.grants.revoke(tx, providerId, paid.purchaseId);
  }
  const review = isTwice ? "given-back-twice" : isAllBack ? "reversed" : "partly-reversed";
  const purchase = await markForReview(tx, world, paid, review);
  await emit(tx, providerId, { topic: "payment", id: purchase.purchaseId, action: purchase.state });
}

/** What is given back twice is no refund: it goes out of the customer's unused credit, and the rest is their debt. */
function partEntry(
  row: ReceiptRow,
  entryKey: string,
  of: ReturnedParts & { readonly twiceCents: number },
  spendableCents: number,
): LedgerEntry {
  const { currency } = row;
  const owned = of.creditCents + of.twiceCents;
  const fromCredit = Math.max(0, Math.min(owned, spendableCents));
  const total = of.suspenseCents + of.creditCents + of.planCents;
  return balanced({
    entryKey,
    kind: "reversal",
    postings: [
      { account: `clearing:${row.channelId}`, currency, amountCents: cents(-total) },
      { account: "suspense", currency, amountCents: cents(of.suspenseCents) },
      { account: "refunds", currency, amountCents: cents(of.planCents - of.twiceCents) },
      { account: "credit", currency, amountCents: cents(fromCredit) },
      { account: "debts", currency, amountCents: cents(owned - fromCredit) },
    ],
  });
}
