/** What evidence can do to a purchase: nothing, wait, or change it. See `transition.ts`. */
import { cents } from "@karibu/protocol/quantities";
import type { Evidence } from "../../evidence/evidence.ts";
import { type Effect, moneyStates, type Purchase, type Review, type Transition } from "./purchase-facts.ts";

export function keep(before: Purchase, outcome: string): Transition {
  return { next: before, effects: [], outcome, parked: false };
}

export function park(
  before: Purchase,
  changes: Partial<Purchase>,
  outcome: string,
  effects: readonly Effect[] = [],
): Transition {
  return { next: { ...before, ...changes }, effects, outcome, parked: true };
}

export function become(
  before: Purchase,
  changes: Partial<Purchase>,
  outcome: string,
  effects: readonly Effect[] = [],
): Transition {
  return { next: { ...before, ...changes }, effects, outcome, parked: false };
}

/** It has ended, or nobody asks about it any more: the credit that it held is spent, or the customer's to spend again. */
export const endsHold = ({ state, review }: Purchase, evidence: readonly Evidence[]): boolean =>
  moneyStates.has(state) ||
  state === "failed" ||
  review === "underpaid" ||
  evidence.some(({ kind }) => kind === "give-up");

/** Can this be decided only by whoever knows all receipts of the purchase? */
export const needsItsReceipts = (evidence: Evidence, isPaidInPartByCredit: boolean): boolean =>
  evidence.kind === "disproof" ||
  evidence.kind === "moved-away" ||
  evidence.kind === "spent-credit" ||
  (evidence.kind === "success" && evidence.trust === "fetched") ||
  (isPaidInPartByCredit && evidence.kind === "success" && evidence.receipt === null);

/** Nothing of what paid it is in doubt any more. */
export const proved = { verified: true, pendingCents: cents(0), toldCents: cents(0) } as const;

/** Goes with `proved`: what was pending is revenue. */
export const verifyGrant = ({ pendingCents }: Purchase): Effect => ({ kind: "verify-grant", pendingCents });

/** Evidence that we can't believe is no failure either: before money the purchase is unknown, and a person reviews it. */
export function doubt(
  before: Purchase,
  review: Review,
  outcome: string,
  ask: readonly Effect[] = [{ kind: "ask" }],
): Transition {
  const state = moneyStates.has(before.state) || before.state === "failed" ? before.state : "unknown";
  return become(before, { state, review: before.review ?? review }, outcome, moneyStates.has(before.state) ? [] : ask);
}
