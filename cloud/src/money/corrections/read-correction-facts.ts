/** Reads and locks what decides about a correction: its receipt or top-up, then its customer's credit and debts. */

import { cents } from "@karibu/protocol/quantities";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { hasInvoice } from "../invoices/note-invoice.ts";
import { balancesToTakeBack } from "../ledger/credit.ts";
import { placeOfTopUp, readTopUp } from "../ledger/top-ups.ts";
import { type PurchaseRow, readPurchase } from "../purchases/purchase-rows.ts";
import { standIn } from "../purchases/transition/transition-undo.ts";
import { othersOfPurchase } from "../receipts/known-receipts.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { isToldUsed, readSpendable } from "../receipts/told-credit.ts";
import { isRefunded } from "../refunds/refund-rows.ts";
import type { CorrectionFacts, ReceiptStays } from "./correction-policy.ts";

/** Whose money it is, and which. */
export interface CorrectionSubject {
  readonly providerId: string;
  readonly party: Party;
  readonly toParty: Party | null;
  readonly currency: string;
  readonly receipt: string | null;
  readonly topUpEntryId: string | null;
}

export async function readCorrectionFacts(
  parts: { readonly kinds: ChannelKinds },
  tx: Tx,
  subject: CorrectionSubject,
): Promise<{ readonly facts: CorrectionFacts; readonly receipt: ReceiptRow | null }> {
  const { providerId, party, toParty, currency } = subject;
  // In the order of locks: the receipt, then its customer's credit.
  const receipt = subject.receipt === null ? null : await readReceipt(tx, providerId, subject.receipt);
  const stays = receipt === null ? null : await whyItStays(parts, tx, receipt, party);
  const { creditCents, provedCents } = await readSpendable(tx, { providerId, party, currency });
  // What its purchase has of it is credit as soon as it has left that.
  const returnedCents = receipt === null || stays !== null ? 0 : await returnedByLeaving(tx, receipt);
  const { debts } = await balancesToTakeBack(tx, providerId, party, currency);
  const facts = {
    currency,
    party,
    toParty,
    creditCents: creditCents + returnedCents,
    provedCents: provedCents + (receipt?.corroborated === true ? returnedCents : 0),
    debtCents: Math.max(0, debts),
    receipt:
      receipt === null
        ? null
        : {
            stays,
            creditCents: receipt.planCents + receipt.creditCents,
            isProved: receipt.corroborated,
            isUsed: await isToldUsed(tx, receipt),
          },
    topUpLeftCents: subject.topUpEntryId === null ? 0 : await leftOfTopUp(tx, providerId, subject.topUpEntryId),
    topUpAt: subject.topUpEntryId === null ? "cash" : await placeOfTopUp(tx, providerId, subject.topUpEntryId),
  };
  return { facts, receipt };
}

/**
 * Null: it can be moved. Of what a channel got for a purchase, all of it; a sale at the counter is refunded instead, and so is a payment
 * that has an invoice. What was refunded is with the customer already.
 * @param party whose money it is said to be: whoever asked, it may be another customer's by now
 */
export async function whyItStays(
  { kinds }: { readonly kinds: ChannelKinds },
  tx: Tx,
  row: ReceiptRow,
  party: Party,
): Promise<ReceiptStays | null> {
  if (row.party !== party) return "not-credit";
  if (row.state === "credit") return null;
  const { providerId, purchaseId } = row;
  const channel = await readChannel(tx, providerId, row.channelId);
  if (row.state !== "booked" || purchaseId === null || kinds.factsOf(channel.kind).paidFrom !== null)
    return "not-credit";
  if (row.returnedCents > 0 || (await isRefunded(tx, providerId, purchaseId))) return "refunded";
  return (await hasInvoice(tx, providerId, purchaseId)) ? "invoiced" : null;
}

/** The purchase that it paid for, without a lock; null: none. */
export async function purchaseOf(tx: Tx, { providerId, purchaseId }: ReceiptRow): Promise<PurchaseRow | null> {
  return purchaseId === null ? null : ((await readPurchase(tx, providerId, purchaseId)) ?? null);
}

/** What of it pays a plan that ends when it leaves; nothing where another receipt of the purchase pays that. */
async function returnedByLeaving(tx: Tx, row: ReceiptRow): Promise<number> {
  const purchase = await purchaseOf(tx, row);
  if (purchase === null || purchase.state !== "paid" || purchase.receipt !== row.receipt) return 0;
  const others = await othersOfPurchase(tx, row, purchase.purchaseId);
  const askedCents = cents(purchase.askedCents ?? purchase.amountCents);
  const known = others.map(({ receipt, state, source, purchaseId, amountCents, corroborated: verified }) => ({
    receipt,
    purchaseId,
    amountCents: cents(amountCents),
    state,
    source,
    verified,
  }));
  return standIn({ askedCents, verified: purchase.corroborated }, known) === null ? row.planCents : 0;
}

/** The customer's credit is locked, so two corrections of one top-up take turns. */
async function leftOfTopUp(tx: Tx, providerId: string, entryId: string): Promise<number> {
  const topUp = await readTopUp(tx, providerId, entryId);
  const taken = await tx
    .selectFrom("corrections")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("topUpEntryId", "=", entryId)
    .where("state", "=", "done")
    .executeTakeFirst();
  return Math.max(0, (topUp?.amountCents ?? 0) - Number(taken?.sum ?? 0));
}
