/**
 * What a plan costs at a place. The hub, the site's price list and the seller's page ask this one function, so that nobody is shown one price
 * and asked for another.
 */
import * as z from "zod/mini";
import { centsSchema, keySchema } from "../schema.ts";

/**
 * Another price than the plan's own: at one site, at all sites of a region, or, where neither is named, everywhere in another currency. A site's
 * price goes before its region's. Prices in another currency than the plan's count where no other is, or where money of that currency comes in.
 */
export const placePriceSchema = z.object({
  siteId: z.optional(keySchema),
  region: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  priceCents: centsSchema.check(z.gte(0), z.lte(1_000_000_000_000)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
});
export type PlacePrice = z.infer<typeof placePriceSchema>;

export interface Price {
  readonly priceCents: number;
  readonly currency: string;
}

export interface PricedPlan extends Price {
  readonly prices?: readonly PlacePrice[] | undefined;
}

/** Regions are compared as people type them. */
export interface Place {
  readonly siteId: string;
  readonly region: string | null;
}

/** What it costs there. Pure. @param currency null: whatever it is sold in there. @returns null: it has no price in that currency */
export function priceAt(plan: PricedPlan, place: Place, currency: string): Price | null;
export function priceAt(plan: PricedPlan, place: Place, currency?: null): Price;
export function priceAt(plan: PricedPlan, place: Place, currency: string | null = null): Price | null {
  const near = (plan.prices ?? []).filter(
    (price) => rankOf(price, place) > 0 && (currency === null || price.currency === currency),
  );
  const [best] = near
    .filter((price) => rankOf(price, place) > 1 || currency !== null)
    .sort(
      (one, other) =>
        rankOf(other, place) - rankOf(one, place) ||
        Number(other.currency === plan.currency) - Number(one.currency === plan.currency),
    );
  const own = currency === null || plan.currency === currency ? plan : null;
  const chosen = best !== undefined && (rankOf(best, place) > 1 || own === null) ? best : own;
  return chosen === null ? null : { priceCents: chosen.priceCents, currency: chosen.currency };
}

/** 3: this very site. 2: its region. 1: everywhere. 0: another place. */
function rankOf({ siteId, region }: PlacePrice, place: Place): 0 | 1 | 2 | 3 {
  if (siteId !== undefined) return siteId === place.siteId ? 3 : 0;
  if (region === undefined) return 1;
  return place.region !== null && plain(region) === plain(place.region) ? 2 : 0;
}

const plain = (region: string) => region.trim().toLowerCase();
