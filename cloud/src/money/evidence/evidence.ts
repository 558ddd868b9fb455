/**
 * Evidence: one raw fact about a purchase, from any source, read into plain values. What it *says* is here; what it
 * *does* is decided in `transition.ts`. A channel's own messages are turned into these by its folder.
 */
import type { Cents } from "@karibu/protocol/quantities";
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";

export type FailureReason = PurchaseFailure;

/**
 * Where it came from. What we *fetched* (our call, our credentials, TLS) outranks what was *pushed* to us, because pushes
 * are unsigned: only the secret in their path speaks for them.
 */
export type EvidenceSource =
  | "push-answer"
  | "stk-callback"
  | "stk-query"
  /** A channel's own page about an order or a checkout session, asked for by us. */
  | "order-status"
  | "c2b-confirmation"
  | "pull"
  | "transaction-status"
  | "reversal-result"
  | "statement"
  | "silence"
  | "operator";

export type Evidence =
  /** The channel took our request: the prompt is, or soon will be, on the phone. */
  | { readonly kind: "accepted"; readonly source: EvidenceSource; readonly requestId: string }
  /** Money moved. `receipt` null: the channel says paid and names no receipt (a query). `amountCents` null: not said. */
  | {
      readonly kind: "success";
      readonly source: EvidenceSource;
      readonly trust: "pushed" | "fetched";
      readonly requestId: string | null;
      readonly receipt: string | null;
      readonly amountCents: Cents | null;
      /** By the channel's clock; null or left out: the source does not say. */
      readonly paidAtMs?: number | null;
    }
  /** This attempt ended without money. */
  | {
      readonly kind: "failure";
      readonly source: EvidenceSource;
      readonly trust: "pushed" | "fetched";
      readonly requestId: string | null;
      readonly reason: FailureReason;
    }
  /** Nobody can say: a lost answer, an unknown code, an outage. `why` is for people. `early`: the prompt may still be open. */
  | { readonly kind: "unknown"; readonly source: EvidenceSource; readonly why: string; readonly early?: boolean }
  /** The money of this receipt went back to the payer. */
  | { readonly kind: "reversal"; readonly source: EvidenceSource; readonly receipt: string }
  /** A source that must know this receipt, does not: what a push claimed was false. */
  | { readonly kind: "disproof"; readonly source: EvidenceSource; readonly receipt: string; readonly why: string }
  /** We asked often enough, or can't ask at all: a person must look. */
  | { readonly kind: "give-up"; readonly source: EvidenceSource; readonly why: string };
