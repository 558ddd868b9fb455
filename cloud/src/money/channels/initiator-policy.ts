/**
 * The state of an initiator: a name, a password and a certificate that sign status queries, reversals and payouts, and nothing
 * else. Whatever is wrong with them, sales and the queries about prompts go on. Pure.
 *
 * | state        | meaning                                                                | status queries, reversals, payouts  |
 * |--------------|------------------------------------------------------------------------|-------------------------------------|
 * | `none`       | there is none                                                          | none                                |
 * | `incomplete` | name, password or certificate is missing                               | none                                |
 * | `unproved`   | entered, and no result has come yet                                    | sent; waiting queries one at a time |
 * | `works`      | the channel has accepted it                                            | sent                                |
 * | `refused`    | the channel has refused it; it stays so until a person does something  | not those that `stops` names        |
 */

import type { AsyncCallKind } from "./channel.ts";
import type { InitiatorReason, InitiatorRefusal, InitiatorRules } from "./initiator-rules.ts";

export const initiatorStates = ["none", "incomplete", "unproved", "works", "refused"] as const;
export type InitiatorState = (typeof initiatorStates)[number];

export interface InitiatorFacts {
  readonly hasName: boolean;
  /** Name, password or certificate is missing or can't be read. */
  readonly isIncomplete: boolean;
  /** The channel's result code that refuses it. */
  readonly code: string | null;
  readonly provedAtMs: number | null;
}

export function initiatorState({ hasName, isIncomplete, code, provedAtMs }: InitiatorFacts): InitiatorState {
  if (isIncomplete) return hasName ? "incomplete" : "none";
  if (code !== null) return "refused";
  return provedAtMs === null ? "unproved" : "works";
}

type Refusals = Pick<InitiatorRules, "readRefusal">;

/** Why this code refuses an initiator, and what stops; null: nothing is against it. */
export function refusalOf(rules: Refusals, code: string | null): InitiatorRefusal | null {
  if (code === null) return null;
  // A later release may have stored a code that this one does not list. Queries stop, for more of them could lock the password.
  return rules.readRefusal(code) ?? { reason: "bad-request", stops: "questions" };
}

/** Are calls of this kind stopped? A refused password stops all kinds. A missing right to ask stops status queries alone. */
export function isStopped(rules: Refusals, code: string | null, kind: AsyncCallKind): boolean {
  const refusal = refusalOf(rules, code);
  return refusal !== null && (refusal.stops === "everything" || kind === "status" || kind === "payout-status");
}

export type InitiatorDecision =
  /** The result says nothing about the initiator, or nothing new. */
  | { readonly kind: "nothing" }
  | { readonly kind: "works" }
  | { readonly kind: "refused"; readonly reason: InitiatorReason; readonly stops: InitiatorRefusal["stops"] }
  /** A bad parameter may be the receipt that somebody typed: a query about a receipt that the channel knows decides. */
  | { readonly kind: "ask-about-known" };

/**
 * What the result of a signed call says about its initiator.
 * @param held the channel's initiator now
 */
export function judgeInitiator(
  rules: Pick<InitiatorRules, "readRefusal" | "provesInitiator">,
  held: { readonly version: number; readonly code: string | null },
  result: {
    /** Of the initiator who signed the call. */
    readonly version: number;
    readonly kind: AsyncCallKind;
    readonly code: string;
    /** The query was about a receipt that this channel has not booked, and there is one that it has. */
    readonly mayBeMistyped: boolean;
  },
): InitiatorDecision {
  const { kind, code } = result;
  if (result.version !== held.version) return { kind: "nothing" };
  const refusal = rules.readRefusal(code);
  if (refusal === null) {
    return held.code === null && rules.provesInitiator(code) ? { kind: "works" } : { kind: "nothing" };
  }
  // The right to reverse or to pay out is another role: an initiator without it may still ask.
  if (!isStopped(rules, code, kind)) return { kind: "nothing" };
  const known = refusalOf(rules, held.code);
  const isNew = known === null || (known.stops === "questions" && refusal.stops === "everything");
  if (!isNew) return { kind: "nothing" };
  if (refusal.reason === "bad-request" && result.mayBeMistyped) return { kind: "ask-about-known" };
  return { kind: "refused", ...refusal };
}

/** How many waiting queries are sent at a time: many with a wrong password would lock it. */
export const queriesAtOnce = (provedAtMs: number | null, max: number): number => (provedAtMs === null ? 1 : max);
