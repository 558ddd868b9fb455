/** Whether a seller may sell a plan now. Pure. The page has a sentence for each refusal, in each language. */
import type { GuessingLimits } from "../access/guessing/guessing-policy.ts";
import { type CashPlan, isOfSiteFile, type Seller } from "./sellers.ts";

export type SaleRefusal =
  /** The name or the PIN is wrong. The answer does not say which. */
  | "wrong-pin"
  | "locked"
  | "unknown-plan"
  /** The seller asks for another sum than the plan costs now: an hour of other prices, or news of the hub. */
  | "price-changed"
  /** The seller hands cash in at the office, which counts the provider's currency alone. */
  | "other-currency"
  | "float-used-up"
  | "day-limit"
  | "bad-phone"
  | "bad-request"
  | "slow-down"
  | "not-written";

/**
 * Five wrong PINs in a row, and one more try every ten minutes: trying half of all four-digit PINs takes three months.
 */
export const pinLimits: GuessingLimits = {
  wrongMax: 5,
  drainMs: 10 * 60_000,
  lockMs: 15 * 60_000,
  lockMsMax: 24 * 3_600_000,
  siteWrongMax: Number.POSITIVE_INFINITY,
  siteWindowMs: 1,
};

/** A hub that can be reached tells a site within seconds what it sold before. One without a hub sells again after this. */
const toldWithinMs = 60_000;

/** The site has just found out that it lost its memory: a sale that it does not know may be one that it made. */
export function mayStillBeTold(lost: { readonly atMs: number } | null, nowMs: number): boolean {
  return lost !== null && Math.abs(nowMs - lost.atMs) < toldWithinMs;
}

/** Cash that the seller has to hand in: sold at this site and not settled. After a payment in advance it is 0. */
export function outCents(seller: Pick<Seller, "settledCents">, soldCents: number): number {
  return Math.max(0, soldCents - seller.settledCents);
}

/** @param today what this seller sold here today, and how much a day allows @param ownCurrency the provider's */
export function saleRefusal(
  seller: Pick<Seller, "sellerId" | "floatCents" | "settledCents">,
  plan: Pick<CashPlan, "priceCents" | "currency"> | undefined,
  soldCents: number,
  today: { readonly count: number; readonly countMax: number },
  ownCurrency: string,
): SaleRefusal | null {
  if (plan === undefined) return "unknown-plan";
  // Not `outCents`: a payment in advance adds to the limit.
  const isOver = seller.floatCents !== null && soldCents - seller.settledCents + plan.priceCents > seller.floatCents;
  if (isOver) return "float-used-up";
  if (today.count >= today.countMax) return "day-limit";
  // Sellers of the site's own file hand in where no hub counts it.
  return plan.currency !== ownCurrency && !isOfSiteFile(seller) ? "other-currency" : null;
}
