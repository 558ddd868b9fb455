/** The contract of every sender of text messages. One test suite runs against each. */
import type { HttpCall } from "../ground/http-client/http-call.ts";

export interface SmsOrder {
  /** 12 digits. */
  readonly phone: string;
  readonly text: string;
  /** Where the gateway sends delivery reports; null: nowhere. */
  readonly reportUrl: string | null;
}

export type SmsOutcome =
  /** The gateway accepted it. A report says later whether it arrived. */
  | { readonly kind: "accepted"; readonly remoteId: string }
  /** The gateway refuses this number. */
  | { readonly kind: "failed"; readonly why: string }
  /** Try again later. `afterMs`: the gateway says when; left out: it does not. */
  | { readonly kind: "later"; readonly why: string; readonly afterMs?: number }
  /** Every message fails until an operator changes something. */
  | { readonly kind: "config-error"; readonly why: string };

export type SendSms = (order: SmsOrder) => Promise<SmsOutcome>;

/** A delivery report, if it is final. */
export interface DeliveryReport {
  readonly remoteId: string;
  readonly state: "delivered" | "failed" | "on-its-way";
  readonly why: string | null;
}

export interface GatewayParts {
  readonly http: HttpCall;
  readonly baseUrl: string;
}

export const smsTimeoutMs = 20_000;
