/** What every sender of text messages can do. One suite runs against each. */
import type { HttpCall } from "../ground/http-client/http-call.ts";

export interface SmsOrder {
  /** 12 digits. */
  readonly phone: string;
  readonly text: string;
  /** Where the gateway tells what became of it; null: nowhere. */
  readonly reportUrl: string | null;
}

export type SmsOutcome =
  /** The gateway took it; whether it arrived is told later. */
  | { readonly kind: "accepted"; readonly remoteId: string }
  /** This number will not get it. */
  | { readonly kind: "failed"; readonly why: string }
  /** Try again later. */
  | { readonly kind: "later"; readonly why: string }
  /** Nothing helps until an operator changes something. */
  | { readonly kind: "config-error"; readonly why: string };

export type SendSms = (order: SmsOrder) => Promise<SmsOutcome>;

/** A report: what became of a message, if that is final. */
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
