/**
 * What every payment channel can do. One suite (`channel-contract.test.ts`) runs against each. A channel reports what came
 * back, raw; what that means is read by `readers.ts`, again and again, from the stored text.
 */
import type { StoredAnswer } from "./daraja/messages.ts";

export interface StartRequest {
  readonly amountCents: number;
  readonly currency: string;
  /** 12 digits. */
  readonly phone: string;
  /** Our 8 characters: unique, printed on what the payer gets. */
  readonly reference: string;
  /** What is bought, for the channel's page. */
  readonly description: string;
  /** Secret of the purchase's own callback path. */
  readonly secret: string;
  /** The Wi-Fi page as the customer's phone reaches it, for channels that have a page of their own. */
  readonly returnUrl?: string;
}

export interface PaymentChannel {
  /** Asks for the money, at most once: a lost answer (status 0) is never repeated. May throw Faults before anything was sent. */
  start(request: StartRequest): Promise<StoredAnswer>;
  /** Asks what became of it. */
  ask(requestId: string): Promise<StoredAnswer>;
  /** Throws Fault "<channel>/keys" (an operator must act) or "<channel>/away". Says what was found out, for people. */
  checkKeys(): Promise<string>;
  /** Gives money back, where the channel does that in one call; null where it does not. */
  readonly refund: ((order: RefundOrder) => Promise<RefundAnswer>) | null;
  /** A payment is given back as a whole or not at all: then its own status says later that it was reversed. */
  readonly refundsWholeOnly?: true;
}

/** `accepted`: carried out later, or refused by a person at the channel. `lost`: nobody knows; it is never sent again. */
export type RefundAnswer =
  | { readonly kind: "done" | "accepted" | "lost" }
  | { readonly kind: "refused"; readonly why: string };

export interface RefundOrder {
  readonly refundId: string;
  /** The payment's name in our books: at Stripe the payment intent, at Pesapal the order. */
  readonly receipt: string;
  /** The order or session, as the channel wrote it. */
  readonly requestId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly reason: string;
}
