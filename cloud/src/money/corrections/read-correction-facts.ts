/** Reads and locks what decides about a correction: its receipt or top-up, then its customer's credit and debts. */

import { cents } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { floatCashKey } from "../ledger/cash-by-hand.ts";
import { balancesToTakeBack } from "../ledger/credit.ts";
import { type PurchaseRow, readPurchase } from "../purchases/purchase-rows.ts";
import { standIn } from "../purchases/transition/transition-undo.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { readSpendable } from "../receipts/told-credit.ts";
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
            isUsed: await isUsed(tx, receipt),
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
  const invoice = await tx
    .selectFrom("invoices")
    .select("invoiceId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("state", "!=", "void")
    .executeTakeFirst();
  return invoice === undefined ? null : "invoiced";
}

async function isRefunded(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const refund = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where((where) => where.or([where("state", "not in", ["refused", "failed"]), where("entryId", "is not", null)]))
    .executeTakeFirst();
  return refund !== undefined;
}

/** The purchase that it paid for, without a lock; null: none. */
export async function purchaseOf(tx: Tx, { providerId, purchaseId }: ReceiptRow): Promise<PurchaseRow | null> {
  return purchaseId === null ? null : ((await readPurchase(tx, providerId, purchaseId)) ?? null);
}

/** What of it pays a plan that ends when it leaves; nothing where another receipt of the purchase pays that. */
async function returnedByLeaving(tx: Tx, row: ReceiptRow): Promise<number> {
  const purchase = await purchaseOf(tx, row);
  if (purchase === null || purchase.state !== "paid" || purchase.receipt !== row.receipt) return 0;
  const others = await tx
    .selectFrom("receipts")
    .select(["receipt", "purchaseId", "amountCents", "state", "source", "corroborated"])
    .where("providerId", "=", row.providerId)
    .where("purchaseId", "=", purchase.purchaseId)
    .where("rail", "=", row.rail)
    .where("receipt", "!=", row.receipt)
    .orderBy("bookedAtMs")
    .execute();
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

async function isUsed(tx: Tx, row: ReceiptRow): Promise<boolean> {
  const use = await tx
    .selectFrom("told_credit_uses")
    .select("purchaseId")
    .where("providerId", "=", row.providerId)
    .where("rail", "=", row.rail)
    .where("receipt", "=", row.receipt)
    .executeTakeFirst();
  return use !== undefined;
}

/** A top-up in the books: whose, and how much; null: the entry is none. */
export async function readTopUp(
  tx: Tx,
  providerId: string,
  entryId: string,
): Promise<{ readonly party: Party; readonly amountCents: number; readonly currency: string } | null> {
  const line = await tx
    .selectFrom("ledger_entries as e")
    .innerJoin("ledger_postings as p", (join) =>
      join.onRef("p.providerId", "=", "e.providerId").onRef("p.entryId", "=", "e.entryId"),
    )
    .select(["p.party", "p.amountCents", "p.currency"])
    .where("e.providerId", "=", providerId)
    .where("e.entryId", "=", entryId)
    .where("e.kind", "=", "top-up")
    .where("p.account", "=", "credit")
    .executeTakeFirst();
  if (line === undefined || line.party === null) return null;
  return { party: line.party, amountCents: 0 - line.amountCents, currency: line.currency };
}

/** Who has a float has the cash on it (`ledger/cash-by-hand.ts`). */
async function placeOfTopUp(tx: Tx, providerId: string, entryId: string): Promise<LedgerAccount> {
  const line = await tx
    .selectFrom("ledger_entries as top_up")
    .innerJoin("ledger_entries as onto", (join) =>
      join
        .onRef("onto.providerId", "=", "top_up.providerId")
        .on("onto.entryKey", "=", sql<string>`${floatCashKey("")} || top_up.entry_key`),
    )
    .innerJoin("ledger_postings as p", (join) =>
      join.onRef("p.providerId", "=", "onto.providerId").onRef("p.entryId", "=", "onto.entryId"),
    )
    .select("p.account")
    .where("top_up.providerId", "=", providerId)
    .where("top_up.entryId", "=", entryId)
    .where("p.account", "like", "float:%")
    .executeTakeFirst();
  return (line?.account as LedgerAccount | undefined) ?? "cash";
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
