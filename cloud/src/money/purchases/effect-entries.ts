/** The ledger entries of the effects of a purchase. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { balanced, type LedgerEntry, type Posting } from "../ledger/entries.ts";
import type { Effect } from "./transition/purchase-facts.ts";

export interface EntryContext {
  readonly channelId: string;
  /** The money comes out of the customer's own credit, and no channel holds it. */
  readonly fromCredit?: boolean;
  readonly rail: string;
  readonly currency: string;
  readonly purchaseId: string;
  /** What the plan was sold for. */
  readonly priceCents: number;
}

/** Pure. @returns null: the effect moves no money */
export function effectEntry(effect: Effect, context: EntryContext): LedgerEntry | null {
  const { channelId, rail, currency, purchaseId } = context;
  const clearing: LedgerAccount = context.fromCredit ? "credit" : `clearing:${channelId}`;
  const posting = (account: LedgerAccount, amount: Cents | number): Posting => ({
    account,
    currency,
    amountCents: cents(amount),
  });
  switch (effect.kind) {
    case "book-receipt":
      return balanced({
        entryKey: `${effect.fromSuspense ? "assigned" : "receipt"}:${rail}:${effect.receipt}`,
        kind: effect.fromSuspense ? "assignment" : "receipt",
        postings: [
          posting(effect.fromSuspense ? "suspense" : clearing, effect.amountCents),
          posting(
            effect.settlesUnreceipted ? `unreceipted:${channelId}` : effect.provesPlan ? "revenue" : "pending",
            -effect.planCents,
          ),
          posting("credit", -effect.creditCents),
        ],
      });
    case "hold-receipt":
      if (effect.fromSuspense) return null;
      return balanced({
        entryKey: `receipt:${rail}:${effect.receipt}`,
        kind: "suspense",
        postings: [posting(clearing, effect.amountCents), posting("suspense", -effect.amountCents)],
      });
    case "book-unreceipted":
      return balanced({
        entryKey: `unreceipted:${purchaseId}${effect.insteadOf === null ? "" : `:${effect.insteadOf}`}`,
        kind: "unreceipted",
        postings: [posting(`unreceipted:${channelId}`, effect.amountCents), posting("revenue", -effect.amountCents)],
      });
    case "use-credit":
      return balanced({
        // Beside a receipt it is money of the same sale (`isNoSale`); where it pays all of the price, it is the sale.
        entryKey: `${effect.amountCents < context.priceCents ? "credit-used" : "credit-paid"}:${purchaseId}`,
        kind: "credit-used",
        postings: [
          posting("credit", effect.amountCents),
          posting(effect.provesPlan ? "revenue" : "pending", -effect.amountCents),
        ],
      });
    case "release-receipt":
      if (!effect.returnsPlan) return null;
      return balanced({
        entryKey: `released:${rail}:${effect.receipt}`,
        kind: "correction",
        postings: [
          posting("pending", effect.pendingCents),
          posting("revenue", context.priceCents - effect.pendingCents),
          posting("credit", -context.priceCents),
        ],
      });
    case "verify-grant":
      if (effect.pendingCents === 0) return null;
      return balanced({
        entryKey: `proved:${purchaseId}`,
        kind: "proof",
        postings: [posting("pending", effect.pendingCents), posting("revenue", -effect.pendingCents)],
      });
    case "restore-receipt":
      return balanced({
        entryKey: `restored:${rail}:${effect.receipt}`,
        kind: "restored",
        postings: [
          posting(clearing, effect.amountCents),
          posting(`unreceipted:${channelId}`, -effect.planCents),
          posting("credit", effect.planCents - effect.amountCents),
        ],
      });
    default:
      return null;
  }
}
