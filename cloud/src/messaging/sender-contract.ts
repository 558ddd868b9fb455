/** The contract of every sender of messages to phones. One test suite runs against each. */
import type { HttpCall } from "../ground/http-client/http-call.ts";

export interface SmsOrder {
  /** An MSISDN; where `isHash`, the SHA-256 of them in hex. */
  readonly phone: string;
  /** The number is known by its hash alone. Only a sender that takes hashes is asked then. */
  readonly isHash?: boolean;
  readonly text: string;
  /** Where the gateway sends delivery reports; null: nowhere. */
  readonly reportUrl: string | null;
  /** For gateways that fill their own templates. Null or left out: they can't send it. */
  readonly template?: ApprovedTemplate | null;
}

/** A template that the gateway has approved, and what stands in its gaps. */
export interface ApprovedTemplate {
  readonly name: string;
  /** `en`, `sw` */
  readonly language: string;
  readonly parameters: readonly string[];
}

export type SmsOutcome =
  /** The gateway accepted it. A report says later whether it arrived. `cost`: what it took, where it tells. */
  | { readonly kind: "accepted"; readonly remoteId: string; readonly cost?: MessageCost }
  /** The gateway refuses this number. */
  | { readonly kind: "failed"; readonly why: string }
  /** Try again later. `afterMs`: the gateway says when; left out: it does not. `mayBeSent`: it was asked, and gave no answer that says that it did not take it. */
  | { readonly kind: "later"; readonly why: string; readonly afterMs?: number; readonly mayBeSent?: true }
  /** Every message fails until an operator changes something. */
  | { readonly kind: "config-error"; readonly why: string };

/** Thousandths of a minor unit: gateways have prices like KES 0.8000 and smaller. */
export interface MessageCost {
  readonly millicents: number;
  readonly currency: string;
}

export type SendSms = (order: SmsOrder) => Promise<SmsOutcome>;

/** A delivery report, if it is final. */
export interface DeliveryReport {
  readonly remoteId: string;
  readonly state: "delivered" | "failed" | "on-its-way";
  readonly why: string | null;
}

/** What a person wrote back, or told their operator. */
export interface Reply {
  /** With the country's number, digits alone. */
  readonly phone: string;
  readonly text: string;
}

export interface GatewayParts {
  readonly http: HttpCall;
  readonly baseUrl: string;
}

export const smsTimeoutMs = 20_000;

/** `KES 0.8000`; null: it is no price. */
export function readCost(text: unknown): MessageCost | null {
  const [, currency = "", amount = ""] = /^([A-Z]{3}) (\d{1,9}(?:\.\d{1,9})?)$/.exec(String(text)) ?? [];
  return currency === "" ? null : { millicents: Math.round(Number(amount) * 100_000), currency };
}
