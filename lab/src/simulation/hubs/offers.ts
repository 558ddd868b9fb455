/** What the plans of a provider are worth, and were: each change has a price of its own, so what was paid says what was bought. */
import type { PlanTerms } from "../judge/chronicle.ts";
import { type ByTheClock, termsAt } from "../sites/by-the-clock.ts";
import { plans, soldNames } from "../sites/site-story.ts";

export interface Offer {
  /** As the judge names it. */
  readonly name: string;
  readonly terms: PlanTerms;
}

/**
 * Those of a site alone; one that ends at a date: some of who begin it lose a part of their time; and one whose data is free, so that no limit of data ends
 * it.
 */
export const hubPlans = {
  ...plans,
  "40 minutes until noon": { ...plans["20 minutes"], validitySeconds: 2400, untilMs: 60 * 60_000, priceCents: 3000 },
  "hour of free data": { ...plans["20 minutes"], validitySeconds: 3600, isDataFree: true, priceCents: 3500 },
} satisfies Readonly<Record<string, PlanTerms & ByTheClock>>;
export type HubPlan = keyof typeof hubPlans;

/** Of those of a site alone only what is asked for by its number there. */
export const isSold = (plan: HubPlan): boolean => !(plan in plans) || (soldNames as readonly HubPlan[]).includes(plan);

/** A limit that the plan has, and against which nothing counts: its hours are free from midnight to midnight. */
export const freeBytes: Partial<Record<HubPlan, number>> = { "hour of free data": 20_000_000 };

/** @param startedMs the true time at which the story begins */
export function createOffers(startedMs: number) {
  const offers = new Map<HubPlan, Offer[]>(
    Object.entries<PlanTerms & ByTheClock>(hubPlans).map(([name, terms]) => [
      name as HubPlan,
      [{ name, terms: termsAt(terms, startedMs) }],
    ]),
  );
  let changes = 0;
  const of = (plan: HubPlan): Offer[] => offers.get(plan) ?? [];
  return {
    /** What somebody reads who looks now. */
    now: (plan: HubPlan): Offer => of(plan).at(-1) as Offer,
    /** The one that had this price; null: none ever had it. */
    pricedAt: (plan: HubPlan, priceCents: number): string | null =>
      of(plan).find(({ terms }) => terms.priceCents === priceCents)?.name ?? null,
    /** From now on it is so many percent of what it was at first, for another price. */
    change(plan: HubPlan, percent: number): Offer {
      const [first] = of(plan) as [Offer, ...Offer[]];
      const part = (whole: number | null) => (whole === null ? null : (whole * percent) / 100);
      const { validitySeconds, useSeconds, dataBytes, priceCents } = first.terms;
      const limits = { useSeconds: part(useSeconds), dataBytes: part(dataBytes) };
      const isByTime = useSeconds === null && dataBytes === null;
      const terms: PlanTerms = {
        ...first.terms,
        ...limits,
        validitySeconds: isByTime ? part(validitySeconds) : validitySeconds,
        priceCents: priceCents + ++changes * 100,
      };
      const offer = { name: `${plan} (change ${changes})`, terms };
      of(plan).push(offer);
      return offer;
    },
    all: (): Record<string, PlanTerms> =>
      Object.fromEntries([...offers.values()].flat().map(({ name, terms }) => [name, terms])),
  };
}
