/** What the books get when an invoice is paid. Pure. */
import type { Party } from "../../ground/amounts/parties.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";

export interface PaidInvoice {
  readonly invoiceId: string;
  readonly totalCents: number;
  readonly currency: string;
  /** Its customer; null: not known. */
  readonly party: Party | null;
}

/** @param from `credit`: the customer's, which suffices and is proved */
export const invoiceEntry = (invoice: PaidInvoice, from: "cash" | "credit"): LedgerEntry =>
  transferEntry(`invoice:${invoice.invoiceId}`, "receipt", {
    from: "revenue",
    to: from,
    amountCents: invoice.totalCents,
    currency: invoice.currency,
    ...(from === "credit" && invoice.party !== null ? { toParty: invoice.party } : {}),
  });

/** What was paid at its account number, and what the customer has; minor units. */
export interface PaidAtAccount {
  readonly totalCents: number;
  /** In credit from there, and proved. */
  readonly provedAtAccountCents: number;
  /** Of all their credit, what is proved and nothing holds. */
  readonly provedCents: number;
}

/** An invoice is income, so it is paid out of proved money alone, and only once all of it was paid at its number. */
export const isPaidAtAccount = ({ totalCents, provedAtAccountCents, provedCents }: PaidAtAccount): boolean =>
  Math.min(provedAtAccountCents, provedCents) >= totalCents;
