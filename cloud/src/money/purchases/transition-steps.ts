/** What a fact can do to a purchase, in four words: nothing, wait, change it, and what counts as paid. See `transition.ts`. */
import type { Effect, Purchase, Transition } from "./payment-facts.ts";

/** Paid stays paid: no evidence but a reversal or a disproof leads out of these. */
export function isMoney({ state }: Pick<Purchase, "state">): boolean {
  return state === "paid" || state === "paid_unreceipted" || state === "reversed" || state === "disproved";
}

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
