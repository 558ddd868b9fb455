/** What the ledger gets when a receipt's money goes back, or was never there. Pure. */
import { cents } from "@karibu/protocol/quantities";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import type { ReceiptRow } from "./receipt-rows.ts";

/** What a receipt's money had become, as its row says. */
export interface BookedReceipt {
  readonly receipt: string;
  readonly amountCents: number;
  readonly planCents: number;
  readonly creditCents: number;
  readonly suspenseCents: number;
}

export function toBooked(row: ReceiptRow): BookedReceipt {
  return {
    receipt: row.receipt,
    amountCents: row.amountCents - row.returnedCents,
    planCents: row.planCents,
    creditCents: row.creditCents,
    suspenseCents: row.suspenseCents,
  };
}

/** Another receipt pays the plan. The accounts stay the same, for the one that no longer pays is credit. */
export function replacePlanPayment(
  from: BookedReceipt,
  to: BookedReceipt,
): { readonly from: BookedReceipt; readonly to: BookedReceipt } {
  const moved = Math.min(from.planCents, to.creditCents);
  return {
    from: { ...from, planCents: from.planCents - moved, creditCents: from.creditCents + moved },
    to: { ...to, planCents: to.planCents + moved, creditCents: to.creditCents - moved },
  };
}

/** What else the plan that a receipt paid had become, and what its owner owes. */
export interface UndonePlan {
  /** Credit that paid the plan together with the receipt. */
  readonly usedCents: number;
  readonly debtCents: number;
  /** Already refunded. Left out: nothing. */
  readonly refundedCents?: number;
  /** What of it stood in `pending`. Left out: nothing. */
  readonly pendingCents?: number;
}

/**
 * Reverses a receipt's entry. The customer's unused credit goes first; what they had spent of it is their debt. What paid for
 * a plan comes out of revenue when the money was never there, and out of refunds when it went back. Where the plan ends with
 * it, credit that paid the other part is the customer's again, less what they owe. What was already refunded is in refunds:
 * the customer has it twice, so the same sum goes out of their credit, or is their debt.
 * @param creditCents what the customer has with the provider now
 */
export function undoEntry(
  booked: BookedReceipt,
  because: "reversed" | "disproved",
  creditCents: number,
  { channelId, rail, currency }: { readonly channelId: string; readonly rail: string; readonly currency: string },
  { usedCents, debtCents, refundedCents = 0, pendingCents = 0 }: UndonePlan = { usedCents: 0, debtCents: 0 },
): LedgerEntry {
  const settled = Math.max(0, Math.min(usedCents, debtCents));
  const returned = usedCents - settled;
  const owned = booked.creditCents + refundedCents;
  const fromCredit = Math.max(0, Math.min(owned, creditCents + returned));
  const planCents = booked.planCents + usedCents - refundedCents;
  const isReversed = because === "reversed";
  return balanced({
    entryKey: `${because === "reversed" ? "reversal" : "disproof"}:${rail}:${booked.receipt}`,
    kind: because === "reversed" ? "reversal" : "disproof",
    postings: [
      { account: `clearing:${channelId}`, currency, amountCents: cents(-booked.amountCents) },
      // What was pending was no revenue yet. Money that went back was there: it was earned, and is refunded.
      { account: "pending", currency, amountCents: cents(pendingCents) },
      { account: "revenue", currency, amountCents: cents(isReversed ? -pendingCents : planCents - pendingCents) },
      { account: "refunds", currency, amountCents: cents(isReversed ? planCents : 0) },
      { account: "suspense", currency, amountCents: cents(booked.suspenseCents) },
      { account: "credit", currency, amountCents: cents(fromCredit - returned) },
      { account: "debts", currency, amountCents: cents(owned - fromCredit - settled) },
    ],
  });
}

/** The plan of a receipt is taken back: what paid it is the customer's again, less what they owe. */
export function returnPlanEntry(
  of: { readonly purchaseId: string; readonly currency: string },
  { pendingCents, debtCents }: { readonly pendingCents: number; readonly debtCents: number },
): LedgerEntry {
  const { purchaseId, currency } = of;
  const settled = Math.min(pendingCents, debtCents);
  return balanced({
    entryKey: `plan-returned:${purchaseId}`,
    kind: "disproof",
    postings: [
      { account: "pending", currency, amountCents: cents(pendingCents) },
      { account: "debts", currency, amountCents: cents(-settled) },
      { account: "credit", currency, amountCents: cents(settled - pendingCents) },
    ],
  });
}
