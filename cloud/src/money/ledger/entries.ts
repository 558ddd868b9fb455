/**
 * Double entry as plain values: which lines an effect writes. Every entry sums to zero per currency; a correction is a new
 * entry. A positive amount is a debit (what we hold or are owed grows), a negative one a credit.
 *
 *   clearing:<channel>     money that the channel holds for the provider; equals the receipts, so it reconciles with statements
 *   unreceipted:<channel>  paid, says the channel, but no receipt yet; a receipt that joins brings it back to zero
 *   revenue                plans sold
 *   credit                 what customers have with the provider (overpaid, paid twice, topped up); one party each
 *   suspense               money whose owner is not known, or that waits to be proved
 *   refunds                given back to customers, out of revenue
 *   debts                  reversed money that the customer had spent already, or has twice
 *   cash                   the till of the office
 *   float:<user>           what a cash agent or a site's seller has paid ahead (credit) or owes (debit)
 *   commission, fees, expenses
 */
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Effect } from "../purchases/payment-facts.ts";

export type LedgerAccount =
  | `clearing:${string}`
  | `unreceipted:${string}`
  | `float:${string}`
  | "revenue"
  | "credit"
  | "suspense"
  | "refunds"
  | "debts"
  | "cash"
  | "commission"
  | "fees"
  | "expenses";

export type AccountNature = "asset" | "liability" | "income" | "expense";

/** The chart of accounts: what an account is, by the part of its name before the colon. */
export const chart: Readonly<Record<string, AccountNature>> = {
  clearing: "asset",
  unreceipted: "asset",
  cash: "asset",
  debts: "asset",
  credit: "liability",
  suspense: "liability",
  float: "liability",
  revenue: "income",
  refunds: "expense",
  commission: "expense",
  fees: "expense",
  expenses: "expense",
};

export function natureOf(account: string): AccountNature {
  return chart[account.replace(/:.*$/, "")] ?? "asset";
}

export interface LedgerLine {
  readonly account: LedgerAccount;
  readonly currency: string;
  readonly amountCents: Cents;
  /** Whose; only on `credit` and `debts`. Left out: the cause's party. */
  readonly party?: string;
}

export interface LedgerEntry {
  /** Unique per provider: the same cause is written once. */
  readonly entryKey: string;
  readonly kind: EntryKind;
  readonly lines: readonly LedgerLine[];
}

export type EntryKind =
  | "receipt"
  | "unreceipted"
  | "suspense"
  | "assignment"
  | "credit-used"
  | "reversal"
  | "disproof"
  | "restored"
  | "refund"
  | "top-up"
  | "expense"
  | "float"
  | "cash-sale"
  | "voucher-sale"
  | "charge"
  | "commission"
  | "void";

export interface EntryContext {
  readonly channelId: string;
  /** Money out of the customer's own credit has no channel to stand in. */
  readonly fromCredit?: boolean;
  readonly rail: string;
  readonly currency: string;
  readonly intentId: string;
}

/** The entry that an effect of a payment writes; null when it moves no money. */
export function entriesOf(effect: Effect, context: EntryContext): LedgerEntry | null {
  const { channelId, rail, currency, intentId } = context;
  const clearing: LedgerAccount = context.fromCredit ? "credit" : `clearing:${channelId}`;
  const line = (account: LedgerAccount, amount: number): LedgerLine => ({
    account,
    currency,
    amountCents: cents(amount),
  });
  if (effect.kind === "book-receipt") {
    const plan: LedgerAccount = effect.settlesUnreceipted ? `unreceipted:${channelId}` : "revenue";
    return balanced({
      entryKey: `${effect.fromSuspense ? "assigned" : "receipt"}:${rail}:${effect.receipt}`,
      kind: effect.fromSuspense ? "assignment" : "receipt",
      lines: [
        line(effect.fromSuspense ? "suspense" : clearing, effect.amountCents),
        line(plan, -effect.planCents),
        line("credit", -effect.creditCents),
      ].filter((each) => each.amountCents !== 0),
    });
  }
  if (effect.kind === "hold-receipt") {
    if (effect.fromSuspense) return null;
    return balanced({
      entryKey: `receipt:${rail}:${effect.receipt}`,
      kind: "suspense",
      lines: [line(clearing, effect.amountCents), line("suspense", -effect.amountCents)],
    });
  }
  if (effect.kind === "book-unreceipted") {
    return balanced({
      entryKey: `unreceipted:${intentId}${effect.insteadOf === null ? "" : `:${effect.insteadOf}`}`,
      kind: "unreceipted",
      lines: [line(`unreceipted:${channelId}`, effect.amountCents), line("revenue", -effect.amountCents)],
    });
  }
  if (effect.kind === "use-credit") {
    return balanced({
      entryKey: `credit-used:${intentId}`,
      kind: "credit-used",
      lines: [line("credit", effect.amountCents), line("revenue", -effect.amountCents)],
    });
  }
  if (effect.kind === "restore-receipt") {
    return balanced({
      entryKey: `restored:${rail}:${effect.receipt}`,
      kind: "restored",
      lines: [
        line(clearing, effect.amountCents),
        line(`unreceipted:${channelId}`, -effect.planCents),
        line("credit", effect.planCents - effect.amountCents),
      ].filter((each) => each.amountCents !== 0),
    });
  }
  return null;
}

/** What a receipt's money had become, as its row says. */
export interface BookedReceipt {
  readonly receipt: string;
  readonly amountCents: number;
  readonly planCents: number;
  readonly creditCents: number;
  readonly suspenseCents: number;
}

/** Which of two receipts paid for the plan: the accounts are the same either way, for the other one is credit. */
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

/** What else had become of the plan that a receipt paid, and what its owner owes. */
export interface UndonePlan {
  /** Credit that paid it together with the receipt. */
  readonly usedCents: number;
  readonly debtCents: number;
  /** Given back of it by refunds. Left out: nothing. */
  readonly refundedCents?: number;
}

/**
 * Turns a receipt round. The customer's unused credit goes first; what they had spent of it already is their debt. What
 * paid for a plan comes out of revenue when the money was never there, and out of refunds when it went back. Where the plan
 * ends with it, credit that had paid the other part is the customer's again, less what they owe. What had been refunded of the
 * plan is in refunds already: they have it twice, so as much goes out of their credit, or is their debt.
 * @param creditCents what the customer has with the provider now
 */
export function undoEntry(
  booked: BookedReceipt,
  because: "reversed" | "disproved",
  creditCents: number,
  context: EntryContext,
  { usedCents, debtCents, refundedCents = 0 }: UndonePlan = { usedCents: 0, debtCents: 0 },
): LedgerEntry {
  const { channelId, rail, currency } = context;
  const settled = Math.max(0, Math.min(usedCents, debtCents));
  const returned = usedCents - settled;
  const theirs = booked.creditCents + refundedCents;
  const fromCredit = Math.max(0, Math.min(theirs, creditCents + returned));
  const lines: LedgerLine[] = [
    { account: `clearing:${channelId}`, currency, amountCents: cents(-booked.amountCents) },
    {
      account: because === "reversed" ? "refunds" : "revenue",
      currency,
      amountCents: cents(booked.planCents + usedCents - refundedCents),
    },
    { account: "suspense", currency, amountCents: cents(booked.suspenseCents) },
    { account: "credit", currency, amountCents: cents(fromCredit - returned) },
    { account: "debts", currency, amountCents: cents(theirs - fromCredit - settled) },
  ];
  return balanced({
    entryKey: `${because === "reversed" ? "reversal" : "disproof"}:${rail}:${booked.receipt}`,
    kind: because === "reversed" ? "reversal" : "disproof",
    lines: lines.filter((line) => line.amountCents !== 0),
  });
}

/**
 * What a channel paid back to a customer. What they have twice by it, for it was given back before, is no refund: it goes out of
 * their unused credit, and the rest is their debt.
 * @param creditCents what the customer has with the provider now
 */
export function outflowEntry(
  refund: { readonly refundId: string; readonly channelId: string; readonly currency: string },
  { amountCents, twiceCents }: { readonly amountCents: number; readonly twiceCents: number },
  creditCents: number,
): LedgerEntry {
  const { refundId, channelId, currency } = refund;
  const fromCredit = Math.min(twiceCents, creditCents);
  const lines: LedgerLine[] = [
    { account: `clearing:${channelId}`, currency, amountCents: cents(-amountCents) },
    { account: "refunds", currency, amountCents: cents(amountCents - twiceCents) },
    { account: "credit", currency, amountCents: cents(fromCredit) },
    { account: "debts", currency, amountCents: cents(twiceCents - fromCredit) },
  ];
  return balanced({
    entryKey: `refund:${refundId}`,
    kind: "refund",
    lines: lines.filter((line) => line.amountCents !== 0),
  });
}

/** A plain transfer between two accounts. */
export function transferEntry(
  entryKey: string,
  kind: EntryKind,
  move: {
    readonly from: LedgerAccount;
    readonly to: LedgerAccount;
    readonly amountCents: number;
    readonly currency: string;
    readonly fromParty?: string;
    readonly toParty?: string;
  },
): LedgerEntry {
  const { from, to, amountCents, currency, fromParty, toParty } = move;
  return balanced({
    entryKey,
    kind,
    lines: [
      { account: to, currency, amountCents: cents(amountCents), ...(toParty === undefined ? {} : { party: toParty }) },
      {
        account: from,
        currency,
        amountCents: cents(-amountCents),
        ...(fromParty === undefined ? {} : { party: fromParty }),
      },
    ],
  });
}

/** Throws when an entry does not sum to zero per currency: a bug of ours, never bad input. */
export function balanced(entry: LedgerEntry): LedgerEntry {
  const sums = new Map<string, number>();
  for (const { currency, amountCents } of entry.lines) sums.set(currency, (sums.get(currency) ?? 0) + amountCents);
  for (const [currency, sum] of sums) {
    if (sum !== 0) throw new RangeError(`ledger entry ${entry.entryKey} is off by ${sum} ${currency} cents`);
  }
  return entry;
}

/** Sums per account and currency (`revenue KES`), leaving out what is zero. */
export function balances(lines: readonly LedgerLine[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { account, currency, amountCents } of lines) {
    const key = `${account} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0) + amountCents);
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
