/** Prices of a plan at places: which may be entered, and what a plan costs at a site. Everything that sells asks `pricedAt`. */
import { type PlacePrice, priceAt } from "@karibu/protocol/offers/place-price";
import { z } from "zod";
import { readPlace } from "../../fleet/sites/site-place.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { type PriceCurrencies, priceCurrencyField } from "./price-currency.ts";

const pricesMax = 200;

export const placePricesField = z
  .array(
    z.strictObject({
      siteId: z.string().min(1).max(128).optional(),
      region: z.string().trim().min(1).max(100).optional(),
      priceCents: z.number().int().min(0).max(1_000_000_000_000),
      currency: priceCurrencyField,
    }),
  )
  .max(pricesMax)
  .transform((prices) =>
    prices.map(({ region, ...price }): typeof price & { region?: string } =>
      price.siteId === undefined && region !== undefined ? { ...price, region } : price,
    ),
  )
  .describe(
    "At a site, at all sites of a region, or (without both) everywhere in another currency. A site's goes before its region's.",
  );

/**
 * Throws a Problem that names the field: a site that is not there, a currency that no money comes in, or one place twice. What the plan has already may
 * stay: a site that was deleted since, or a currency whose channel is gone, keeps nobody from changing the other prices.
 */
export async function checkPlacePrices(
  currencies: PriceCurrencies,
  tx: Tx,
  providerId: string,
  prices: readonly z.output<typeof placePricesField>[number][],
  { currency: planCurrency, prices: had }: { readonly currency: string; readonly prices: readonly PlacePrice[] },
): Promise<void> {
  const known = prices.length === 0 ? [] : await currencies(tx, providerId);
  const hadPlaces = new Set(had.map(placeOf));
  const places = new Set<string>();
  for (const [index, price] of prices.entries()) {
    const { siteId, region, currency } = price;
    const at = (name: string) => `prices.${index}.${name}`;
    const place = placeOf(price);
    const isNew = !hadPlaces.has(place);
    if (isNew && !known.includes(currency))
      throw refusal("other-currency", {
        status: 400,
        field: at("currency"),
        rule: "currency-here",
        value: known.join(", "),
      });
    if (siteId === undefined && region === undefined && currency === planCurrency)
      throw wrongField(at("currency"), "own-price");
    if (places.has(place)) throw wrongField(at("siteId"), "price-twice");
    places.add(place);
    if (isNew && siteId !== undefined) await readSite(tx, siteId, at("siteId"));
  }
}

const placeOf = ({ siteId, region, currency }: z.output<typeof placePricesField>[number] | PlacePrice): string =>
  `${siteId ?? ""}/${region?.toLowerCase() ?? ""}/${currency}`;

interface Priced {
  readonly priceCents: number;
  readonly currency: string;
  readonly prices: readonly PlacePrice[];
}

/** The plan as it is sold at the site. @param currency only money of this currency can come in; null where the plan has no price in it */
export async function pricedAt<Row extends Priced>(
  tx: Tx,
  plan: Row,
  siteId: string,
  currency: string,
): Promise<Row | null>;
export async function pricedAt<Row extends Priced>(tx: Tx, plan: Row, siteId: string): Promise<Row>;
export async function pricedAt<Row extends Priced>(
  tx: Tx,
  plan: Row,
  siteId: string,
  currency?: string,
): Promise<Row | null> {
  if (plan.prices.length === 0) return currency === undefined || plan.currency === currency ? plan : null;
  const priced = { priceCents: plan.priceCents, currency: plan.currency, prices: plan.prices };
  const place = await readPlace(tx, siteId);
  const price = currency === undefined ? priceAt(priced, place) : priceAt(priced, place, currency);
  return price === null ? null : { ...plan, priceCents: price.priceCents, currency: price.currency };
}
