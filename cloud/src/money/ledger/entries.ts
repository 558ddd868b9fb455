/**
 * Double entry as plain values. An entry has postings that sum to zero per currency. A positive amount is a debit, a negative
 * one a credit. A correction is a new entry.
 */

import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Party } from "../../ground/amounts/parties.ts";
import type { LedgerAccount } from "./accounts.ts";

export interface Posting {
  readonly account: LedgerAccount;
  readonly currency: string;
  readonly amountCents: Cents;
  /** Whose money it is; only on `credit` and `debts`. Left out: the party of the cause. */
  readonly party?: Party;
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
  | "proof"
  | "refund"
  | "top-up"
  | "taken-over"
  | "debt-paid"
  | "expense"
  | "float"
  | "cash-sale"
  | "voucher-sale"
  | "voucher-cash"
  | "venue-share"
  | "venue-pay-out"
  | "discount"
  | "charge"
  | "withdrawal"
  | "opening"
  | "commission"
  | "void"
  | "correction";

export interface EntryFields {
  /** Unique per provider: the same cause is posted once. */
  readonly entryKey: string;
  readonly kind: EntryKind;
  readonly postings: readonly Posting[];
}

declare const balance: unique symbol;
/** Only `balanced` makes one, so every entry that is posted sums to zero. */
export type LedgerEntry = EntryFields & { readonly [balance]: true };

/** Leaves out postings of zero. Throws RangeError when the rest does not sum to zero per currency: a bug of ours, never bad input. */
export function balanced(fields: EntryFields): LedgerEntry {
  const postings = fields.postings.filter(({ amountCents }) => amountCents !== 0);
  const sums = new Map<string, number>();
  for (const { currency, amountCents } of postings) sums.set(currency, (sums.get(currency) ?? 0) + amountCents);
  for (const [currency, sum] of sums) {
    if (sum !== 0) throw new RangeError(`ledger entry ${fields.entryKey} is off by ${sum} ${currency} cents`);
  }
  return { ...fields, postings } as EntryFields as LedgerEntry;
}

/** A transfer between two accounts. */
export function transferEntry(
  entryKey: string,
  kind: EntryKind,
  transfer: {
    readonly from: LedgerAccount;
    readonly to: LedgerAccount;
    readonly amountCents: number;
    readonly currency: string;
    readonly fromParty?: Party;
    readonly toParty?: Party;
  },
): LedgerEntry {
  const { from, to, amountCents, currency, fromParty, toParty } = transfer;
  return balanced({
    entryKey,
    kind,
    postings: [
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

/** Sums per account and currency (`revenue KES`), without those that are zero. */
export function balances(postings: readonly Posting[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { account, currency, amountCents } of postings) {
    const key = `${account} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0) + amountCents);
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
