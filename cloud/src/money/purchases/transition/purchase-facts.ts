/** What is known of a purchase and of receipts, and what a transition asks for. Plain data, for `transition.ts`. */
import type { Cents } from "@karibu/protocol/quantities";
import type { EvidenceSource, FailureReason, ProvingSource } from "../../evidence/evidence.ts";
import type { ReceiptState } from "../../receipts/receipt-state.ts";

/** `reversed`, `disproved` and `moved` (its money was another customer's) are final: what comes after them changes credit and review, not the state. */
export type PurchaseStage =
  | "created"
  | "sending"
  | "prompted"
  | "paid"
  | "paid_unreceipted"
  | "failed"
  | "unknown"
  | "reversed"
  | "disproved"
  | "moved";

/** The customer has paid: no evidence but a reversal, a disproof or a correction leads out of these. */
export const moneyStates: ReadonlySet<PurchaseStage> = new Set([
  "paid",
  "paid_unreceipted",
  "reversed",
  "disproved",
  "moved",
]);

/** It was paid, and that is over for good. */
export function isOver(state: PurchaseStage): state is "reversed" | "disproved" | "moved" {
  return state === "reversed" || state === "disproved" || state === "moved";
}

/** A request is on its way or on the phone, or nobody knows what became of it: it may still be paid. */
export const openStates = ["created", "sending", "prompted", "unknown"] as const satisfies readonly PurchaseStage[];

/** Why a person should review a payment. */
export type Review =
  | "amount-differs"
  | "request-id-differs"
  | "receipt-of-another-purchase"
  | "receipt-with-another-amount"
  | "underpaid"
  | "paid-twice"
  /** The channel says that the prompt was paid, and what paid the purchase is not that money: its receipt is to come. */
  | "prompt-paid-too"
  | "no-answer"
  | "disproved"
  /** A callback told of money, and the channel, when asked, said that the request failed. */
  | "denied"
  | "reversed"
  /** A part of the money went back at the channel. */
  | "partly-reversed"
  /** We refunded it, and the channel reversed it too, or it was refunded in another way as well. */
  | "given-back-twice"
  /** A person said that a refund of it was paid, and the channel, that it failed. */
  | "refund-denied"
  | "proven-after-all"
  /** It was paid when its site was deleted already: what it bought opens nowhere. */
  | "site-deleted";

/** A purchase. Plain data: a row of `purchases` without its names. */
export interface Purchase {
  readonly purchaseId: string;
  readonly amountCents: Cents;
  /** What the channel was asked for: the price, less what credit is held for it. */
  readonly askedCents: Cents;
  readonly state: PurchaseStage;
  readonly reason: FailureReason | null;
  /** The channel's id of our request (CheckoutRequestID); null until we know it. */
  readonly requestId: string | null;
  /** `answer`: the channel gave the id to us. `callback`: a callback named it, and we ask before we believe it. */
  readonly requestIdFrom: "answer" | "callback" | null;
  /** The receipt that paid for the grant; null when there is none, or in paid_unreceipted. */
  readonly receipt: string | null;
  /** A success was booked without a receipt, and no receipt has joined it. */
  readonly unreceipted: boolean;
  /** The channel itself confirmed, when asked, that it is paid, and all credit that paid it is proved. */
  readonly verified: boolean;
  readonly review: Review | null;
  /** Stands in the customer's credit, and is used when the rest comes: paid so far with amounts below the price, or credit that was there. */
  readonly heldCents: Cents;
  /** How much of its price we have refunded, as the books say: a reversal refunds it once more. */
  readonly refundedCents: Cents;
  /** How much of its price stands in `pending`: nothing has proved that it was paid. */
  readonly pendingCents: Cents;
  /** How much of what paid it was credit that nothing has proved yet. */
  readonly toldCents: Cents;
  /** What the customer has of proved credit; zero unless `heldCents` may be spent. */
  readonly provedCreditCents: Cents;
  /** It was paid out of the customer's credit alone. */
  readonly isFromCredit: boolean;
  /** A restore lost it, and its site gave its package back: that is used, whatever its channel says. */
  readonly isGivenBack: boolean;
  /** Its site was deleted after the customer was asked. */
  readonly siteIsDeleted: boolean;
}

/** A receipt that is in the books already. */
export interface KnownReceipt {
  readonly purchaseId: string | null;
  readonly amountCents: Cents;
  readonly state: ReceiptState;
  /** The source that reported it first. */
  readonly source: EvidenceSource;
  /** The channel itself confirms that it exists, because we asked, or by its list or statement. */
  readonly verified: boolean;
}

/** Another receipt of the same purchase. */
export interface OtherReceipt extends KnownReceipt {
  readonly receipt: string;
}

/** What evidence is judged beside. */
export interface Beside {
  /** The receipt that the evidence names, when it is in the books already. */
  readonly known: KnownReceipt | null;
  /** Further receipts of this purchase, where `needsItsReceipts` asks for them. */
  readonly others: readonly OtherReceipt[];
  /** False: too much unverified money came in lately, so a callback alone opens nothing until the channel is asked. */
  readonly mayTrust: boolean;
}

/** What must happen in the same transaction as the new state. */
export type Effect =
  /** An inflow: one row, one entry. `planCents` pays the plan, `creditCents` is the customer's; together they are the receipt. */
  | {
      readonly kind: "book-receipt";
      readonly receipt: string;
      readonly amountCents: Cents;
      readonly planCents: Cents;
      readonly creditCents: Cents;
      /** The plan was booked before, without a receipt: this receipt settles that. */
      readonly settlesUnreceipted: boolean;
      /** It stood in suspense: the row is there, and the money comes from there. */
      readonly fromSuspense: boolean;
      readonly source: EvidenceSource;
      /** The receipt itself is proved by this source; null: by none so far. */
      readonly provedBy: ProvingSource | null;
      /** It is proved that the plan is paid: revenue. Else its price is pending. */
      readonly provesPlan: boolean;
      /** Of the customer's credit, which paid it: how much is not proved. */
      readonly toldCents: Cents;
      /** By the channel's clock; null: the source does not say. */
      readonly paidAtMs: number | null;
    }
  /**
   * It stands in suspense, for this purchase: a callback reported it while too much was unverified, or whoever reported it does not know whether the
   * prompt's owner spends their credit.
   */
  | {
      readonly kind: "hold-receipt";
      readonly receipt: string;
      readonly amountCents: Cents;
      /** It stood in suspense already, for nobody: only the purchase that it waits for is new. */
      readonly fromSuspense: boolean;
      readonly source: EvidenceSource;
      /** Null: nothing has proved it yet. */
      readonly provedBy: ProvingSource | null;
      readonly paidAtMs: number | null;
    }
  /** Held for it in the customer's credit, from a smaller payment or from before: it pays the rest of the plan. */
  | {
      readonly kind: "use-credit";
      readonly amountCents: Cents;
      /** How much of it is not proved. */
      readonly toldCents: Cents;
      readonly provesPlan: boolean;
    }
  /** `by` paid the plan, and not `receipt`; so `receipt` is credit. Only the two rows change. */
  | { readonly kind: "replace-receipt"; readonly receipt: string; readonly by: string }
  /** The receipt's money went back, or was never there: its entry is reversed. */
  | {
      readonly kind: "undo-receipt";
      readonly receipt: string;
      readonly because: "reversed" | "disproved";
      /** It paid the plan and no longer does: credit that paid the other part is the customer's again. */
      readonly returnsCredit: boolean;
      /** Refunded before: the customer has it twice now. */
      readonly refundedCents: Cents;
      /** What it paid was pending so far. */
      readonly pendingCents: Cents;
    }
  /** The plan is taken back, for credit that paid it was never there: what else paid it is the customer's again. */
  | { readonly kind: "return-plan"; readonly receipt: string; readonly pendingCents: Cents }
  /** Another customer's money: the receipt leaves the purchase, and is its customer's credit until it is moved on. */
  | {
      readonly kind: "release-receipt";
      readonly receipt: string;
      /** It paid the plan, which is taken back: what else paid that is the customer's again. */
      readonly returnsPlan: boolean;
      readonly pendingCents: Cents;
    }
  /** A disproved receipt exists after all: its money is the customer's credit. */
  | {
      readonly kind: "restore-receipt";
      readonly receipt: string;
      readonly amountCents: Cents;
      /** Settles the plan, which has stood booked without a receipt since; the rest is the customer's credit. */
      readonly planCents: Cents;
      readonly provedBy: ProvingSource;
    }
  | { readonly kind: "confirm-receipt"; readonly receipt: string; readonly provedBy: ProvingSource }
  | { readonly kind: "revoke-grant" }
  /** The channel says paid and names no receipt: it is booked against "unreceipted" until one joins. */
  | {
      readonly kind: "book-unreceipted";
      readonly amountCents: Cents;
      /** The receipt that seemed to pay, and is disproved; null at first. */
      readonly insteadOf: string | null;
    }
  | { readonly kind: "open-grant"; readonly unverified: boolean }
  /** It is proved that the plan is paid: the open grant is no longer unverified, and what was pending is revenue. */
  | { readonly kind: "verify-grant"; readonly pendingCents: Cents }
  /** Send the next status query to the channel soon. */
  | { readonly kind: "ask" };

export interface Transition {
  readonly next: Purchase;
  readonly effects: readonly Effect[];
  /** What this evidence did, in a few words for people; kept beside it. */
  readonly outcome: string;
  /** It can't be decided yet: it is offered again after the next evidence. */
  readonly parked: boolean;
}
