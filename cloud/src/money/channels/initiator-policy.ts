/**
 * The initiator of an M-Pesa channel: a name, a password and M-Pesa's certificate. They sign questions about receipts,
 * reversals and payouts, and nothing else: whatever is wrong with them, sales and the questions about prompts go on. Pure.
 *
 * | state        | what it means                                                    | questions, reversals, payouts          |
 * |--------------|------------------------------------------------------------------|----------------------------------------|
 * | `none`       | there is none                                                    | none                                   |
 * | `incomplete` | name, password or certificate is missing                         | none                                   |
 * | `unproved`   | entered, and no result has come yet                              | sent; of what waits one at a time      |
 * | `works`      | M-Pesa has taken it                                              | sent                                   |
 * | `refused`    | M-Pesa has refused it; it stays so until a person does something | what `stops` says is sent no more      |
 */

import { type InitiatorReason, type InitiatorRefusal, initiatorRefusal, provesInitiator } from "./daraja/codes.ts";
import type { LaterKind } from "./tables.ts";

export const initiatorStates = ["none", "incomplete", "unproved", "works", "refused"] as const;
export type InitiatorState = (typeof initiatorStates)[number];

export interface InitiatorFacts {
  readonly hasName: boolean;
  /** Name, password or certificate is not there or can't be read. */
  readonly isIncomplete: boolean;
  /** M-Pesa's result code that refuses it. */
  readonly code: string | null;
  readonly provedAtMs: number | null;
}

export function initiatorState({ hasName, isIncomplete, code, provedAtMs }: InitiatorFacts): InitiatorState {
  if (isIncomplete) return hasName ? "incomplete" : "none";
  if (code !== null) return "refused";
  return provedAtMs === null ? "unproved" : "works";
}

/** Why this code refuses an initiator, and what stops with it; null: nothing is against it. */
export function refusalOf(code: string | null): InitiatorRefusal | null {
  if (code === null) return null;
  // A code that a later release wrote: questions stop at the least, for asking on could lock the password.
  return initiatorRefusal(code) ?? { reason: "bad-request", stops: "questions" };
}

/** Is no call of this kind to be made? A refused password stops all kinds, a missing right to ask stops questions alone. */
export function isStopped(code: string | null, kind: LaterKind): boolean {
  const refusal = refusalOf(code);
  return refusal !== null && (refusal.stops === "everything" || kind === "status");
}

export type InitiatorDecision =
  /** The result says nothing about the initiator, or nothing new. */
  | { readonly kind: "nothing" }
  | { readonly kind: "works" }
  | { readonly kind: "refused"; readonly reason: InitiatorReason; readonly stops: InitiatorRefusal["stops"] }
  /** A bad parameter may as well be the receipt that somebody typed: a receipt that M-Pesa must know decides. */
  | { readonly kind: "ask-about-known" };

/**
 * What the result of a signed call says about its initiator.
 * @param held the channel's initiator now
 */
export function judgeInitiator(
  held: { readonly version: number; readonly code: string | null },
  result: {
    /** Of the initiator who signed the call. */
    readonly version: number;
    readonly kind: LaterKind;
    readonly code: string;
    /** The receipt that was asked about is none that this channel has booked, and there is one that it has. */
    readonly mayBeMistyped: boolean;
  },
): InitiatorDecision {
  const { kind, code } = result;
  if (result.version !== held.version) return { kind: "nothing" };
  const refusal = initiatorRefusal(code);
  if (refusal === null) return held.code === null && provesInitiator(code) ? { kind: "works" } : { kind: "nothing" };
  // A right to reverse or to pay out is a role of its own: who lacks it may ask all the same.
  if (!isStopped(code, kind)) return { kind: "nothing" };
  const known = refusalOf(held.code);
  const isNews = known === null || (known.stops === "questions" && refusal.stops === "everything");
  if (!isNews) return { kind: "nothing" };
  if (refusal.reason === "bad-request" && result.mayBeMistyped) return { kind: "ask-about-known" };
  return { kind: "refused", ...refusal };
}

/** Of what waits, so much is asked at a time: many questions with a wrong password would lock it at M-Pesa. */
export const askedAtOnce = (provedAtMs: number | null, max: number): number => (provedAtMs === null ? 1 : max);
