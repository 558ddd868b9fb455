/**
 * What a plan is sold for here and now: this place's price, less the best promotion that holds for everybody. Promotions that need a code are the
 * hub's alone. A site whose date nobody has proved gives no promotion: it would give last year's.
 */
import { type Price, priceAt } from "@karibu/protocol/offers/place-price";
import { bestOffer, type Offer } from "@karibu/protocol/offers/promotion";
import { isPastDate, type Plan } from "@karibu/protocol/plan";
import type { Wall } from "@karibu/protocol/world";
import type { FeedStore } from "../store/feed-store.ts";
import { placeOf } from "./site-place.ts";

export interface OfferHere extends Offer {
  /** Without the promotion. */
  readonly usual: Price;
}

/** Not once its own date is over, where this site knows the date. */
export const isOnSale = ({ active, terms }: Pick<Plan, "active" | "terms">, wall: Wall): boolean =>
  active && (wall.quality === "unknown" || !isPastDate(terms, wall.atMs));

/** East Africa's, where the hub has not said. */
const defaultOffsetMinutes = 180;

export function offerHere(feed: Pick<FeedStore, "rows">, plan: Plan, wall: Wall): OfferHere {
  const place = placeOf(feed.rows("site").get("site"));
  const usual = priceAt(plan, place);
  const promotions = wall.quality === "unknown" ? [] : feed.rows("promotion").values();
  const utcOffsetMinutes = feed.rows("provider").get("provider")?.utcOffsetMinutes ?? defaultOffsetMinutes;
  const sale = { planId: plan.planId, siteId: place.siteId, atMs: wall.atMs, utcOffsetMinutes };
  return { ...bestOffer(promotions, sale, usual, plan.terms), usual };
}
