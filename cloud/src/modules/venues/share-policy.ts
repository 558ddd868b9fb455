/** What the owner of a venue gets of a sale. Pure; money in minor units. */
import { cents } from "@karibu/protocol/quantities";
import { balanced, type LedgerEntry } from "../../money/ledger/entries.ts";

export interface Share {
  readonly venueId: string;
  readonly siteId: string;
  /** Null: of every plan that has no share of its own. */
  readonly planId: string | null;
  readonly permille: number;
  readonly fromMs: number;
  /** Not included; null: still. */
  readonly untilMs: number | null;
}

/** A change of the books that sells something, or takes a sale back. */
export interface Sale {
  readonly entryId: string;
  readonly siteId: string;
  readonly planId: string | null;
  /** Below zero: refunded or reversed. */
  readonly saleCents: number;
  readonly currency: string;
  /** When it was sold: what is refunded later takes the share of that time back. */
  readonly soldAtMs: number;
}

/** A part of a cent stays with the provider, and a refund takes no more back than its sale brought. */
export const shareOf = (saleCents: number, permille: number): number => {
  const share = Math.floor((Math.abs(saleCents) * permille) / 1000);
  return saleCents < 0 ? 0 - share : share;
};

/**
 * Of each venue at most one: its share of the plan stands above its share of all plans. What a clock that was ahead dated later than now has begun, or
 * ended, for whatever is sold by the clock of now: no agreement waits for the years by which the clock was wrong, and none goes on for them.
 */
export function sharesOf(sale: Sale, shares: readonly Share[], nowMs: number): Share[] {
  const { soldAtMs } = sale;
  const isPast = (atMs: number) => atMs <= soldAtMs || (soldAtMs <= nowMs && nowMs < atMs);
  const isIn = ({ siteId, fromMs, untilMs }: Share) =>
    siteId === sale.siteId && isPast(fromMs) && (untilMs === null || !isPast(untilMs));
  const now = shares.filter(isIn);
  const ofPlan = now.filter(({ planId }) => planId !== null && planId === sale.planId);
  const own = new Set(ofPlan.map(({ venueId }) => venueId));
  return [...ofPlan, ...now.filter(({ planId, venueId }) => planId === null && !own.has(venueId))];
}

/** More than everything can't be given away: the permille that are too many at a site for a plan, or null. */
export function overshares(shares: readonly Pick<Share, "venueId" | "planId" | "permille">[]): boolean {
  const plans = new Set(shares.map(({ planId }) => planId));
  return [...plans].some((planId) => {
    const everything: Sale = { entryId: "", siteId: "", planId, saleCents: 0, currency: "", soldAtMs: 0 };
    const here = shares.map((share) => ({ ...share, siteId: "", fromMs: 0, untilMs: null }));
    return sharesOf(everything, here, 0).reduce((sum, { permille }) => sum + permille, 0) > 1000;
  });
}

/** Null: nothing is left of it after rounding. */
export function shareEntry(
  sale: Pick<Sale, "entryId" | "currency">,
  venueId: string,
  shareCents: number,
): LedgerEntry | null {
  if (shareCents === 0) return null;
  const { currency } = sale;
  return balanced({
    entryKey: `venue-share:${sale.entryId}:${venueId}`,
    kind: "venue-share",
    postings: [
      { account: "venue-shares", currency, amountCents: cents(shareCents) },
      { account: `venue:${venueId}`, currency, amountCents: cents(0 - shareCents) },
    ],
  });
}
