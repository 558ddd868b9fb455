/** What is known of a purchase and of receipts, and what a transition asks to be done: plain data, for `transition.ts`. */
import type { Cents } from "@karibu/protocol/quantities";
import type { EvidenceSource, FailureReason } from "../evidence/evidence.ts";
import type { ReceiptState } from "../receipts/tables.ts";

/** `reversed` and `disproved` are ends: what comes after them changes credit and review, not the state. */
export type IntentState =
  | "created"
  | "sending"
  | "prompted"
  | "paid"
  | "paid_unreceipted"
  | "failed"
  | "unknown"
  | "reversed"
  | "disproved";

export type Review =
  | "amount-differs"
  | "request-id-differs"
  | "receipt-of-another-purchase"
  | "receipt-with-another-amount"
  | "underpaid"
  | "paid-twice"
  | "no-answer"
  | "disproved"
  | "reversed"
  /** Refunded by us, and reversed by the channel or refunded in another way besides. */
  | "given-back-twice"
  | "proven-after-all";

/** What is known of a purchase. Plain data: a row of `intents` without its names. */
export interface Purchase {
  readonly intentId: string;
  readonly amountCents: Cents;
  readonly state: IntentState;
  readonly reason: FailureReason | null;
  /** The channel's id of our request (CheckoutRequestID); null until learned. */
  readonly requestId: string | null;
  /** `answer`: the channel told us itself. `callback`: a push said so, to be asked about before it is believed. */
  readonly requestIdFrom: "answer" | "callback" | null;
  /** The receipt that paid for the grant; null when none, or paid_unreceipted. */
  readonly receipt: string | null;
  /** A success was booked without a receipt and has not been joined by one. */
  readonly unreceipted: boolean;
  /** Something we fetched agrees that it is paid. */
  readonly corroborated: boolean;
  readonly review: Review | null;
  /** Paid so far with amounts below the price: stands in the customer's credit, and is used when the rest comes. */
  readonly heldCents: Cents;
  /** What our refunds have given back of its price, as the books say: a reversal gives it back once more. */
  readonly refundedCents: Cents;
}

/** A receipt that is in the books already, wherever it went. */
export interface KnownReceipt {
  readonly intentId: string | null;
  readonly amountCents: Cents;
  readonly state: ReceiptState;
  /** Who told us of it first: another source that agrees is a second witness. */
  readonly source: EvidenceSource;
  /** The channel itself, or a second source, agrees that it is there. */
  readonly corroborated: boolean;
}

/** Another receipt of the same purchase. */
export interface OtherReceipt extends KnownReceipt {
  readonly receipt: string;
}

/** What must happen in the same transaction as the new state. */
export type Effect =
  /** A real inflow: one row, one entry. `planCents` pays the plan, `creditCents` is the customer's; together the receipt. */
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
      readonly proven: boolean;
      /** By the channel's clock; null: the source does not say. */
      readonly paidAtMs: number | null;
    }
  /** Told of by a push, while too much is unverified: in the books, in suspense, for this purchase until it is proved. */
  | {
      readonly kind: "hold-receipt";
      readonly receipt: string;
      readonly amountCents: Cents;
      /** It stood in suspense already, for nobody: only whose it waits for is new. */
      readonly fromSuspense: boolean;
      readonly source: EvidenceSource;
      readonly paidAtMs: number | null;
    }
  /** What an earlier, smaller payment left in the customer's credit pays the rest of the plan. */
  | { readonly kind: "use-credit"; readonly amountCents: Cents; readonly receipt: string }
  /** The plan was paid by `by`, and not by `receipt`, which was credit therefore: which of two paid is a matter of their rows. */
  | { readonly kind: "replace-receipt"; readonly receipt: string; readonly by: string }
  /** The receipt's money went back, or was never there: its entry is turned round. */
  | {
      readonly kind: "undo-receipt";
      readonly receipt: string;
      readonly because: "reversed" | "disproved";
      /** It paid the plan, which it pays no more: credit that had paid the other part is the customer's again. */
      readonly returnsCredit: boolean;
      /** Given back before, by refunds: the customer has it twice now. */
      readonly refundedCents: Cents;
    }
  /** A disproved receipt that exists after all: its money is the customer's credit. */
  | {
      readonly kind: "restore-receipt";
      readonly receipt: string;
      readonly amountCents: Cents;
      /** Settles the plan, which stood booked without a receipt since; the rest is the customer's credit. */
      readonly planCents: Cents;
    }
  | { readonly kind: "confirm-receipt"; readonly receipt: string }
  | { readonly kind: "revoke-grant" }
  /** Paid, says the channel, and gives no receipt: booked against "unreceipted" until one joins. */
  | {
      readonly kind: "book-unreceipted";
      readonly amountCents: Cents;
      /** The receipt that seemed to pay, and is disproved; null at first. */
      readonly insteadOf: string | null;
    }
  | { readonly kind: "open-grant"; readonly unverified: boolean }
  /** The open grant is no longer unverified. */
  | { readonly kind: "verify-grant" }
  /** Put the next question to the channel soon. */
  | { readonly kind: "ask" };

export interface Transition {
  readonly next: Purchase;
  readonly effects: readonly Effect[];
  /** What this piece of evidence did, in a few words; kept beside it for people. */
  readonly outcome: string;
  /** It can't be judged yet: offer it again after the next fact. */
  readonly parked: boolean;
}
