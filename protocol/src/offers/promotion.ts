/**
 * A promotion: a lower price, or more for the same price, for a while. The hub and the sites judge it by this one function: what a page shows
 * is what is asked for. Amounts are whole minor units; the time is that of the provider.
 */
import * as z from "zod/mini";
import type { Terms } from "../plan.ts";
import { bytes, seconds } from "../quantities.ts";
import { bytesSchema, centsSchema, keySchema, secondsSchema, textSchema, unixMsSchema } from "../schema.ts";
import type { Price } from "./place-price.ts";

/** `permille` of the price, or a sum, is taken off; or time and data are added to what the plan gives. */
export const giftSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("percent"), permille: z.int().check(z.gte(1), z.lte(1000)) }),
  z.object({
    kind: z.literal("amount"),
    amountCents: centsSchema.check(z.gte(1), z.lte(1_000_000_000_000)),
    currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  }),
  z.object({ kind: z.literal("extra"), seconds: secondsSchema, dataBytes: bytesSchema }),
]);
export type Gift = z.infer<typeof giftSchema>;

/** Hours in which it holds, as a plan's schedule has them: 0 = Sunday, and `toMinute` may pass midnight. */
export const happyHourSchema = z.object({
  days: z.array(z.int().check(z.gte(0), z.lte(6))).check(z.minLength(1), z.maxLength(7)),
  fromMinute: z.int().check(z.gte(0), z.lte(1439)),
  toMinute: z.int().check(z.gte(1), z.lte(2880)),
});

export const promotionSchema = z.object({
  promotionId: keySchema,
  name: textSchema,
  gift: giftSchema,
  fromMs: z.nullable(unixMsSchema),
  untilMs: z.nullable(unixMsSchema),
  /** Empty: at all hours. */
  hours: z.array(happyHourSchema).check(z.maxLength(20)),
  /** Empty: of every plan, at every site. */
  planIds: z.array(keySchema).check(z.maxLength(100)),
  siteIds: z.array(keySchema).check(z.maxLength(500)),
  /** No price is made lower than this, minor units; null: one whole unit of the currency. */
  floorCents: z.nullable(centsSchema),
});
export type Promotion = z.infer<typeof promotionSchema>;

export interface Sale {
  readonly planId: string;
  readonly siteId: string;
  readonly atMs: number;
  readonly utcOffsetMinutes: number;
}

const dayMinutes = 1440;
/** One shilling, one dollar: also where a channel takes no parts of it. */
const wholeUnitCents = 100;

/** Does it hold for this sale? Pure. */
export function holds(
  { fromMs, untilMs, hours, planIds, siteIds }: Omit<Promotion, "gift">,
  { planId, siteId, atMs, utcOffsetMinutes }: Sale,
): boolean {
  if (fromMs !== null && atMs < fromMs) return false;
  if (untilMs !== null && atMs >= untilMs) return false;
  if (planIds.length > 0 && !planIds.includes(planId)) return false;
  if (siteIds.length > 0 && !siteIds.includes(siteId)) return false;
  if (hours.length === 0) return true;
  const localMinutes = Math.floor(atMs / 60_000) + utcOffsetMinutes;
  const minute = ((localMinutes % dayMinutes) + dayMinutes) % dayMinutes;
  const day = (((Math.floor(localMinutes / dayMinutes) + 4) % 7) + 7) % 7; // 1970 began on a Thursday
  return hours.some(
    ({ days, fromMinute, toMinute }) =>
      (days.includes(day) && minute >= fromMinute && minute < toMinute) ||
      (days.includes((day + 6) % 7) && minute + dayMinutes >= fromMinute && minute + dayMinutes < toMinute),
  );
}

/**
 * What it takes off, minor units: whole units of the currency, never more than down to the floor, and never below zero. A price that stands
 * below the floor without it stays as it is.
 */
export function discountCents({ gift, floorCents }: Pick<Promotion, "gift" | "floorCents">, price: Price): number {
  const room = price.priceCents - Math.max(wholeUnitCents, floorCents ?? 0);
  if (gift.kind === "extra" || room <= 0) return 0;
  if (gift.kind === "amount" && gift.currency !== price.currency) return 0;
  const wanted = gift.kind === "amount" ? gift.amountCents : Math.floor((price.priceCents * gift.permille) / 1000);
  const most = Math.min(wanted, room);
  return most - (most % wholeUnitCents);
}

/** The plan's terms with what is given on top. What has no limit needs nothing on top. */
function termsWith({ gift }: Pick<Promotion, "gift">, terms: Terms): Terms {
  if (gift.kind !== "extra") return terms;
  const { validitySeconds, dataBytes } = terms;
  return {
    ...terms,
    validitySeconds: validitySeconds === null ? null : seconds(validitySeconds + gift.seconds),
    dataBytes: dataBytes === null ? null : bytes(dataBytes + gift.dataBytes),
  };
}

export interface Offer extends Price {
  readonly terms: Terms;
  /** Null: the usual price and terms. */
  readonly promotion: Promotion | null;
  /** Taken off the usual price. */
  readonly discountCents: number;
}

/** What this promotion makes of a price and terms; null: nothing for them. Pure. */
export function offerOf(promotion: Promotion, price: Price, terms: Terms): Offer | null {
  const off = discountCents(promotion, price);
  const better = termsWith(promotion, terms);
  const isMore = better.validitySeconds !== terms.validitySeconds || better.dataBytes !== terms.dataBytes;
  if (off === 0 && !isMore) return null;
  const { priceCents, currency } = price;
  return { priceCents: priceCents - off, currency, terms: better, promotion, discountCents: off };
}

/** The best of several for the customer: the lowest price, else the most on top. They are never added up. */
export function bestOffer(promotions: Iterable<Promotion>, sale: Sale, price: Price, terms: Terms): Offer {
  const offers = [...promotions]
    .filter((promotion) => holds(promotion, sale))
    .flatMap((promotion) => offerOf(promotion, price, terms) ?? []);
  const [best] = offers.sort(
    (one, other) =>
      one.priceCents - other.priceCents ||
      extraOf(other) - extraOf(one) ||
      ((one.promotion?.promotionId ?? "") < (other.promotion?.promotionId ?? "") ? -1 : 1),
  );
  return best ?? usualOffer(price, terms);
}

/** Where no promotion holds. */
export const usualOffer = (price: Price, terms: Terms): Offer => ({
  ...price,
  terms,
  promotion: null,
  discountCents: 0,
});

/** A rough worth, only to choose one of two: an hour as much as 50 MB. */
const extraOf = ({ promotion }: Offer): number =>
  promotion?.gift.kind === "extra" ? promotion.gift.seconds / 3600 + promotion.gift.dataBytes / 50_000_000 : 0;

/** As people type and print it: upper case, without spacing. Null: it can't be a code. */
export function promotionCode(typed: string): string | null {
  const code = typed.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
  return /^[A-Z0-9]{4,20}$/.test(code) ? code : null;
}
