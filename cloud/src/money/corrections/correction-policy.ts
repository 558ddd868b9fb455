/**
 * What a person may put right in the books, and the entry that does it. A correction is a new entry, never a changed one. None makes
 * money better known than it was: what only a callback reported is moved with its receipt, and never becomes cash. Pure.
 *
 * | kind                    | from           | to             | at most                                               |
 * |-------------------------|----------------|----------------|-------------------------------------------------------|
 * | move-receipt            | credit, of one | credit, of another | the receipt, whole, if no credit of it is spent     |
 * | take-back-top-up        | credit, debts  | cash, or the float that it went onto | the top-up, less what was taken back of it            |
 * | pay-out-credit          | credit         | cash           | proved credit that nothing holds                      |
 * | settle-debt             | cash           | debts          | the debt                                              |
 * | settle-debt-from-credit | credit         | debts          | the debt, and proved credit that nothing holds        |
 * | write-off-debt          | write-offs     | debts          | the debt                                              |
 *
 * A receipt that paid for a purchase leaves that first: the grant ends, and the price is credit again (`purchases/transition/transition-undo.ts`).
 */

import { cents } from "@karibu/protocol/quantities";
import type { Party } from "../../ground/amounts/parties.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { balanced, type LedgerEntry, type Posting } from "../ledger/entries.ts";

export const correctionKinds = [
  "move-receipt",
  "take-back-top-up",
  "pay-out-credit",
  "settle-debt",
  "settle-debt-from-credit",
  "write-off-debt",
] as const;
export type CorrectionKind = (typeof correctionKinds)[number];

/** The books, as far as they decide. Minor units. */
export interface CorrectionFacts {
  readonly currency: string;
  /** Whose money it is. */
  readonly party: Party;
  readonly toParty: Party | null;
  /** Credit that no purchase holds. */
  readonly creditCents: number;
  /** Of it, what is proved. */
  readonly provedCents: number;
  readonly debtCents: number;
  /** The receipt that is to be moved. */
  readonly receipt: {
    /** Why its money stays where it is; null: it is the customer's credit, or is as soon as it has left its purchase. */
    readonly stays: ReceiptStays | null;
    readonly creditCents: number;
    readonly isProved: boolean;
    /** Credit of it paid for a purchase before it was proved. */
    readonly isUsed: boolean;
  } | null;
  /** What is left of the top-up that was mistyped. */
  readonly topUpLeftCents: number;
  /** Where its cash went: the till, or the float of who took it. */
  readonly topUpAt: LedgerAccount;
}

/** Why a correction is not made. `too-much` comes with what is possible. */
export type CorrectionProblem =
  | "too-much"
  | "not-credit"
  | "refunded"
  | "invoiced"
  | "spent"
  | "same-customer"
  | "whole-receipt";

/** Why a receipt is not moved: it is in suspense, cash or somebody else's; or its payment was refunded, or has an invoice. */
export type ReceiptStays = Extract<CorrectionProblem, "not-credit" | "refunded" | "invoiced">;

export type CorrectionDecision =
  | { readonly kind: "post"; readonly amountCents: number; readonly postings: readonly Posting[] }
  | { readonly kind: "refused"; readonly problem: CorrectionProblem; readonly mostCents: number };

/** @param askedCents null: all of it */
export function decideCorrection(
  kind: CorrectionKind,
  facts: CorrectionFacts,
  askedCents: number | null,
): CorrectionDecision {
  const problem = kind === "move-receipt" ? problemOfMove(facts, askedCents) : null;
  const mostCents = most[kind](facts);
  if (problem !== null) return { kind: "refused", problem, mostCents };
  const amountCents = askedCents ?? mostCents;
  if (amountCents <= 0 || amountCents > mostCents) return { kind: "refused", problem: "too-much", mostCents };
  return { kind: "post", amountCents, postings: postingsOf(kind, facts, amountCents) };
}

const most: Readonly<Record<CorrectionKind, (facts: CorrectionFacts) => number>> = {
  "move-receipt": ({ receipt }) => receipt?.creditCents ?? 0,
  "take-back-top-up": ({ topUpLeftCents }) => topUpLeftCents,
  "pay-out-credit": ({ provedCents }) => provedCents,
  "settle-debt": ({ debtCents }) => debtCents,
  "settle-debt-from-credit": ({ debtCents, provedCents }) => Math.min(debtCents, provedCents),
  "write-off-debt": ({ debtCents }) => debtCents,
};

function problemOfMove(facts: CorrectionFacts, askedCents: number | null): CorrectionProblem | null {
  const { receipt, party, toParty, creditCents, provedCents } = facts;
  if (receipt === null || receipt.creditCents === 0) return "not-credit";
  if (receipt.stays !== null) return receipt.stays;
  if (toParty === party) return "same-customer";
  // A receipt has one owner: a part of it can be paid out, and not moved.
  if (askedCents !== null && askedCents !== receipt.creditCents) return "whole-receipt";
  const left = receipt.isProved ? provedCents : creditCents;
  return receipt.isUsed || left < receipt.creditCents ? "spent" : null;
}

function postingsOf(kind: CorrectionKind, facts: CorrectionFacts, amountCents: number): Posting[] {
  const { currency, party, toParty, provedCents } = facts;
  const line = (account: LedgerAccount, amount: number, owner?: Party): Posting => ({
    account,
    currency,
    amountCents: cents(amount),
    ...(owner === undefined ? {} : { party: owner }),
  });
  switch (kind) {
    case "move-receipt":
      return [line("credit", amountCents, party), line("credit", -amountCents, toParty ?? party)];
    case "take-back-top-up": {
      // What the customer has spent of money that was never there is a debt.
      const fromCredit = Math.min(amountCents, provedCents);
      const owed = amountCents - fromCredit;
      return [line(facts.topUpAt, -amountCents), line("credit", fromCredit, party), line("debts", owed, party)];
    }
    case "pay-out-credit":
      return [line("credit", amountCents, party), line("cash", -amountCents)];
    case "settle-debt":
      return [line("cash", amountCents), line("debts", -amountCents, party)];
    case "settle-debt-from-credit":
      return [line("credit", amountCents, party), line("debts", -amountCents, party)];
    case "write-off-debt":
      return [line("write-offs", amountCents), line("debts", -amountCents, party)];
  }
}

export const correctionEntry = (correctionId: string, postings: readonly Posting[]): LedgerEntry =>
  balanced({ entryKey: `correction:${correctionId}`, kind: "correction", postings });
