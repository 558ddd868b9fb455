/** The sellers of this site and the plans that they sell for cash, from the feed and the site file. */
import type { ProviderBody, SellerBody } from "@karibu/protocol/feed";
import type { Terms } from "@karibu/protocol/plan";
import type { Clock } from "@karibu/protocol/world";
import { dayBeganMs } from "../grants/free/free-policy.ts";
import { isOnSale, offerHere } from "../grants/offers-here.ts";
import type { SiteFile } from "../grants/site-file.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { type KnownPin, pinInClear } from "./pin.ts";

export interface Seller {
  readonly sellerId: string;
  readonly name: string;
  readonly pin: KnownPin;
  /** Null: no limit. */
  readonly floatCents: number | null;
  readonly settledCents: number;
}

/** A plan with a price. `key` names it on the page; `planId` is null where the hub does not know the plan. */
export interface CashPlan {
  readonly key: string;
  readonly planId: string | null;
  readonly name: string;
  readonly terms: Terms;
  readonly priceCents: number;
  readonly currency: string;
  /** The promotion in its price or terms. Left out: none. */
  readonly discount?: { readonly promotionId: string; readonly discountCents: number };
}

export interface CashCatalogue {
  /** By the typed name; upper and lower case count alike. */
  seller(name: string): Seller | null;
  readonly hasSellers: boolean;
  /** The provider's. */
  readonly currency: string;
  /** Sales that each seller may make here in a day. */
  readonly salesPerDayMax: number;
  /** When the provider's day began in which this moment is. */
  dayBeganMs(atMs: number): number;
  /** Cheapest first. */
  plans(): CashPlan[];
}

/** Where the provider sets no other limit: more than a busy kiosk sells in a day, and a bound for who has a seller's phone. */
const salesPerDayDefault = 200;

/** East Africa's, where the hub has not said. */
const defaultOffsetMinutes = 180;

/** Under which a plan of the site file is sold. */
export const filePlanKey = (name: string): string => `file ${name}`;

export function createCashCatalogue(
  feed: Pick<FeedStore, "rows">,
  file: SiteFile | null,
  clock: Pick<Clock, "wall">,
): CashCatalogue {
  const provider = (): ProviderBody | undefined => feed.rows("provider").get("provider");
  const currency = (): ProviderBody["currency"] => provider()?.currency ?? "KES";

  function filePlans(): CashPlan[] {
    return [...(file?.prices ?? [])].map(([name, price]) => ({
      key: filePlanKey(name),
      planId: null,
      name,
      terms: file?.plans.get(name) as Terms,
      priceCents: price.priceCents,
      currency: price.currency ?? currency(),
    }));
  }

  return {
    get currency() {
      return currency();
    },
    get salesPerDayMax() {
      return provider()?.sellerSalesPerDay ?? salesPerDayDefault;
    },
    dayBeganMs: (atMs) => dayBeganMs(atMs, provider()?.utcOffsetMinutes ?? defaultOffsetMinutes),
    get hasSellers() {
      return (file?.sellers.size ?? 0) > 0 || [...feed.rows("seller").values()].some(({ active }) => active);
    },
    seller(name) {
      const wanted = sellerName(name);
      const line = file?.sellers.get(wanted);
      if (line !== undefined) {
        const { name, pin, floatCents, settledCents } = line;
        return { sellerId: `file.${wanted}`, name, pin: pinInClear(pin), floatCents, settledCents };
      }
      const rows = [...feed.rows("seller").values()];
      const body = rows.find((one) => one.active && sellerName(one.name) === wanted);
      return body === undefined ? null : fedSeller(body);
    },
    plans() {
      const wall = clock.wall();
      const fed = [...feed.rows("plan").values()]
        .map((plan) => ({ ...plan, ...offerHere(feed, plan, wall) }))
        // A seller hands in one kind of money: what is priced in another one is sold where that can be paid.
        // One sale here has one code: a bundle is sold by the hub.
        .filter((plan) => isOnSale(plan, wall) && plan.currency === currency() && plan.terms.codes == null)
        .map(({ planId, name, terms, priceCents, currency, promotion, discountCents }) => {
          const sold = { key: planId, planId, name, terms, priceCents, currency };
          const promotionId = promotion?.promotionId;
          return promotionId === undefined ? sold : { ...sold, discount: { promotionId, discountCents } };
        });
      return [...fed, ...filePlans()].sort((one, other) => one.priceCents - other.priceCents);
    },
  };
}

function fedSeller({ sellerId, name, pinHash, pinSalt, floatCents, settledCents }: SellerBody): Seller {
  return { sellerId, name, pin: { hashHex: pinHash, saltHex: pinSalt }, floatCents, settledCents };
}

export const isOfSiteFile = ({ sellerId }: Pick<Seller, "sellerId">): boolean => sellerId.startsWith("file.");

export function sellerName(typed: string): string {
  return typed.trim().replace(/\s+/g, " ").toLowerCase();
}
