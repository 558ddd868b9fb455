import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unlimitedTerms } from "../plan.ts";
import { bytes, cents, seconds, unixMs } from "../quantities.ts";
import { type PlacePrice, priceAt } from "./place-price.ts";
import { bestOffer, discountCents, type Gift, holds, offerOf, type Promotion, promotionCode } from "./promotion.ts";

const price = (priceCents: number, currency: string, at: Partial<PlacePrice> = {}): PlacePrice => ({
  priceCents: cents(priceCents),
  currency,
  ...at,
});

describe("[PLN-12] [PLN-04] the price at a place", () => {
  const plan = {
    priceCents: 5000,
    currency: "KES",
    prices: [
      price(40, "USD"),
      price(6000, "KES", { region: "Coast" }),
      price(7000, "KES", { siteId: "beach" }),
      price(150_000, "UGX", { siteId: "busia" }),
    ],
  };
  test.each([
    ["elsewhere", null, undefined, { priceCents: 5000, currency: "KES" }],
    ["hotel", " coast ", undefined, { priceCents: 6000, currency: "KES" }],
    ["beach", "Coast", undefined, { priceCents: 7000, currency: "KES" }],
    ["busia", null, undefined, { priceCents: 150_000, currency: "UGX" }],
    ["busia", null, "KES", { priceCents: 5000, currency: "KES" }],
    ["beach", "Coast", "USD", { priceCents: 40, currency: "USD" }],
    ["beach", "Coast", "TZS", null],
  ])("at %s in %s, asked in %s", (siteId, region, currency, expected) => {
    const place = { siteId, region };
    expect(currency === undefined ? priceAt(plan, place) : priceAt(plan, place, currency)).toEqual(expected);
  });
  test("a price everywhere in another currency never takes the place of the plan's own", () => {
    expect(priceAt({ ...plan, prices: [price(40, "USD")] }, { siteId: "x", region: null })).toEqual({
      priceCents: 5000,
      currency: "KES",
    });
  });
});

const promotion = (gift: Gift, more: Partial<Promotion> = {}): Promotion => ({
  promotionId: "p1",
  name: "Happy hour",
  gift,
  fromMs: null,
  untilMs: null,
  hours: [],
  planIds: [],
  siteIds: [],
  floorCents: null,
  ...more,
});
const half: Gift = { kind: "percent", permille: 500 };
const sale = { planId: "day", siteId: "kiosk", atMs: Date.UTC(2026, 10, 22, 15, 30), utcOffsetMinutes: 180 };

describe("[PLN-12] promotions", () => {
  test("hold from their first moment, end before their last, and only for their plans and sites", () => {
    const at = unixMs(sale.atMs);
    expect(holds(promotion(half, { fromMs: at }), sale)).toBe(true);
    expect(holds(promotion(half, { untilMs: at }), sale)).toBe(false);
    expect(holds(promotion(half, { planIds: ["week"] }), sale)).toBe(false);
    expect(holds(promotion(half, { siteIds: ["kiosk"], planIds: ["day"] }), sale)).toBe(true);
  });
  test("a happy hour is the provider's, and may pass midnight: Sunday 18:30 in Nairobi", () => {
    const on = (days: number[], fromMinute: number, toMinute: number) =>
      holds(promotion(half, { hours: [{ days, fromMinute, toMinute }] }), sale);
    expect([on([0], 1080, 1200), on([1], 1080, 1200), on([0], 1111, 1200), on([0], 900, 1110)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const night = promotion(half, { hours: [{ days: [6], fromMinute: 1320, toMinute: 1560 }] });
    const at = (hour: number) => holds(night, { ...sale, atMs: Date.UTC(2026, 10, 21, hour, 0) });
    expect([at(18), at(19), at(22), at(23)]).toEqual([false, true, true, false]); // 21:00, 22:00, 01:00, 02:00
  });
  test("shillings are taken off whole, also of prices in currencies with coins", () => {
    expect(discountCents(promotion({ kind: "percent", permille: 150 }), { priceCents: 5000, currency: "KES" })).toBe(
      700,
    );
    expect(discountCents(promotion(half), { priceCents: 100, currency: "UGX" })).toBe(0);
    const fixed = { kind: "amount", amountCents: cents(2000), currency: "KES" } as const;
    expect(discountCents(promotion(fixed), { priceCents: 5000, currency: "UGX" })).toBe(0);
  });
  test("the price is never negative, never below the floor, and price and discount make the usual price again", () => {
    const gifts = fc.oneof(
      fc.record({ kind: fc.constant("percent" as const), permille: fc.integer({ min: 1, max: 1000 }) }),
      fc.record({
        kind: fc.constant("amount" as const),
        amountCents: fc.integer({ min: 1, max: 2_000_000 }).map(cents),
        currency: fc.constantFrom("KES", "UGX"),
      }),
      fc.record({
        kind: fc.constant("extra" as const),
        seconds: fc.nat(90_000).map(seconds),
        dataBytes: fc.nat(1e9).map(bytes),
      }),
    );
    const floor = fc.option(fc.nat(1_000_000).map(cents));
    fc.assert(
      fc.property(gifts, floor, fc.nat(1_500_000), (gift, floorCents, priceCents) => {
        const usual = { priceCents, currency: "KES" };
        const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
        const offer = offerOf(promotion(gift, { floorCents }), usual, terms);
        if (offer === null) return;
        expect(offer.priceCents + offer.discountCents).toBe(priceCents);
        expect(offer.discountCents).toBeGreaterThanOrEqual(0);
        if (offer.discountCents > 0) expect(offer.priceCents).toBeGreaterThanOrEqual(Math.max(100, floorCents ?? 0));
        expect(offer.terms.validitySeconds).toBeGreaterThanOrEqual(3600);
      }),
    );
  });
  test("of several the customer gets the best one, and never two", () => {
    const usual = { priceCents: 5000, currency: "KES" };
    const all = [promotion(half), promotion({ kind: "percent", permille: 300 }, { promotionId: "p2" })];
    expect(bestOffer(all, sale, usual, unlimitedTerms)).toMatchObject({ priceCents: 2500, discountCents: 2500 });
    expect(bestOffer([], sale, usual, unlimitedTerms)).toMatchObject({ priceCents: 5000, promotion: null });
  });
  test("codes are read as people type them", () => {
    expect([promotionCode(" karibu-50 "), promotionCode("abc"), promotionCode("a'; drop")]).toEqual([
      "KARIBU50",
      null,
      null,
    ]);
  });
});
