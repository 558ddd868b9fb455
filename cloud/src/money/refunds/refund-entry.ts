/** The ledger entry of a refund that a channel paid out. Pure. */
import { cents } from "@karibu/protocol/quantities";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";

/**
 * What a channel paid back to a customer. What the customer has twice by it was refunded before, so it is no refund: it goes
 * out of their unused credit, and the rest is their debt.
 * @param creditCents what the customer has with the provider now
 */
export function outflowEntry(
  refund: { readonly refundId: string; readonly channelId: string; readonly currency: string },
  { amountCents, twiceCents }: { readonly amountCents: number; readonly twiceCents: number },
  creditCents: number,
): LedgerEntry {
  const { refundId, channelId, currency } = refund;
  const fromCredit = Math.min(twiceCents, creditCents);
  return balanced({
    entryKey: `refund:${refundId}`,
    kind: "refund",
    postings: [
      { account: `clearing:${channelId}`, currency, amountCents: cents(-amountCents) },
      { account: "refunds", currency, amountCents: cents(amountCents - twiceCents) },
      { account: "credit", currency, amountCents: cents(fromCredit) },
      { account: "debts", currency, amountCents: cents(twiceCents - fromCredit) },
    ],
  });
}
