/**
 * Evidence is one raw fact about a purchase, from any source, as plain values. This file says what a fact states. What it
 * does to a purchase is decided in `purchases/transition/transition.ts`. Each channel's folder reads its own messages into evidence.
 */
import type { Cents } from "@karibu/protocol/quantities";
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";

export type FailureReason = PurchaseFailure;

/**
 * `fetched`: the answer to a call of ours, with our credentials, over TLS. `pushed`: a message to us; nothing but the secret
 * in its path vouches for it. Fetched evidence outranks pushed evidence.
 */
export type Trust = "pushed" | "fetched";

/** Where evidence comes from. The names are stored; the first channel that had them was M-Pesa. */
export type EvidenceSource =
  /** The channel's answer to our payment request. */
  | "push-answer"
  /** The channel's callback about a payment request. */
  | "stk-callback"
  /** The answer to a status query of ours about a prompt. */
  | "stk-query"
  /** The answer to a status query of ours about an order or a checkout session. */
  | "order-status"
  | "c2b-confirmation"
  | "pull"
  | "transaction-status"
  | "reversal-result"
  | "statement"
  | "silence"
  /** A person recorded cash or credit, or said which purchase money was for. */
  | "operator"
  /** A person saw the money at the channel's owner, and typed it. It tells like a callback, and proves nothing. */
  | "entered"
  /** The channel's own message, forwarded by the phone of its owner. It can be forged: it tells, and proves nothing. */
  | "forwarded-message";

/**
 * The sources that prove money: the channel's own answer to a question of ours, its list, its statement. Callbacks only tell, however
 * many agree, and a person only enters.
 */
const provingSources = ["pull", "transaction-status", "statement", "stk-query", "order-status"] as const;
export type ProvingSource = (typeof provingSources)[number];

/** Null: this source proves nothing. */
export function provingSource(source: EvidenceSource): ProvingSource | null {
  return provingSources.find((each) => each === source) ?? null;
}

/** How we know of a receipt: the channel proved it, a callback told it, a person entered it. */
export type Provenance = "proved" | "told" | "entered";

export type Evidence =
  /** The channel accepted our request: the prompt is, or soon will be, on the phone. */
  | { readonly kind: "accepted"; readonly source: EvidenceSource; readonly requestId: string }
  /** Money moved. `receipt` null: the channel says paid and names no receipt (a query). `amountCents` null: not stated. */
  | {
      readonly kind: "success";
      readonly source: EvidenceSource;
      readonly trust: Trust;
      readonly requestId: string | null;
      readonly receipt: string | null;
      readonly amountCents: Cents | null;
      /** By the channel's clock; null or left out: the source does not say. */
      readonly paidAtMs?: number | null;
      /** The phone that was asked paid it, or staff say so: it may spend that phone's credit. Of the prompt's own word it goes without saying. */
      readonly isOwners?: boolean;
      /** Paid out of the customer's credit: how much of it is not proved. Left out: none. */
      readonly toldCents?: Cents;
    }
  /** Credit that paid for this purchase before it was proved: now it is, or its receipt never existed. */
  | {
      readonly kind: "spent-credit";
      readonly source: EvidenceSource;
      readonly receipt: string;
      readonly isProved: boolean;
    }
  /** This attempt ended without money. */
  | {
      readonly kind: "failure";
      readonly source: EvidenceSource;
      readonly trust: Trust;
      readonly requestId: string | null;
      readonly reason: FailureReason;
    }
  /** No verdict: a lost answer, an unknown code, an outage. `why` is for people. `early`: the prompt may still be open. */
  | { readonly kind: "unknown"; readonly source: EvidenceSource; readonly why: string; readonly early?: boolean }
  /** The money of this receipt went back to the payer. */
  | { readonly kind: "reversal"; readonly source: EvidenceSource; readonly receipt: string }
  /** A person says that it was another customer's money: it leaves this purchase, and stays in the books. */
  | { readonly kind: "moved-away"; readonly source: EvidenceSource; readonly receipt: string }
  /** A source that must know this receipt does not know it: what a callback claimed was false. */
  | { readonly kind: "disproof"; readonly source: EvidenceSource; readonly receipt: string; readonly why: string }
  /** We asked often enough, or there is nothing to ask with: a person must review it. */
  | { readonly kind: "give-up"; readonly source: EvidenceSource; readonly why: string };

/** A message that was read, or why it is not genuine. */
export type Read<Message> = { readonly message: Message } | { readonly refused: string };

/** Why a channel fails every customer, or refuses its list. The console has words for each. */
export const troubleReasons = [
  "balance-limit",
  "transaction-type",
  "receiving-party",
  "passkey",
  "short-code",
  "list-not-allowed",
  "list-refused",
  "refunds-not-allowed",
  "disputes-not-allowed",
] as const;

export interface ChannelTrouble {
  readonly reason: (typeof troubleReasons)[number];
  /** The channel's own code and words. */
  readonly said: string;
}

/** A stored message as evidence. It is read again whenever it is used, so a better reader applies to old messages too. */
export interface ReadEvidence {
  readonly evidence: Evidence;
  /** Something in it that no table of ours lists; null: everything is known. */
  readonly unknownCode: string | null;
  /** It fails every customer, not only this one, until a person changes something. Left out: it does not. */
  readonly trouble?: ChannelTrouble | null;
  /** Where the customer pays, when the channel has a page. */
  readonly redirectUrl?: string | null;
}
