import { promotionSchema } from "@karibu/protocol/offers/promotion";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createCashCatalogue } from "./sellers.ts";

test("[PLN-04] [BEY-19] a seller hands in one kind of money: plans that are priced in another one are not offered for cash", () => {
  const plan = (planId: string, currency: string) =>
    [planId, { planId, name: planId, terms: unlimitedTerms, priceCents: 5000, currency, active: true }] as const;
  const fed: Record<string, ReadonlyMap<string, unknown>> = {
    provider: new Map([["provider", { currency: "UGX" }]]),
    plan: new Map([plan("kampala", "UGX"), plan("busia", "KES")]),
  };
  const feed = { rows: (kind: string) => fed[kind] ?? new Map() };
  const catalogue = createCashCatalogue(feed as unknown as Parameters<typeof createCashCatalogue>[0], null, {
    wall: () => ({ atMs: unixMs(0), quality: "unknown" }),
  });
  expect(catalogue.plans().map(({ planId }) => planId)).toEqual(["kampala"]);
});

test("[PLN-07] [BEY-19] what ends at a date is sold until then; without a date of its own the site sells it still", () => {
  const terms = { ...unlimitedTerms, validUntilMs: unixMs(1000) };
  const row = { planId: "fair", name: "Fair", terms, priceCents: 5000, currency: "KES", active: true };
  const feed = { rows: (kind: string) => (kind === "plan" ? new Map([["fair", row]]) : new Map()) };
  const sold = (atMs: number, quality: "synced" | "unknown") =>
    createCashCatalogue(feed as unknown as Parameters<typeof createCashCatalogue>[0], null, {
      wall: () => ({ atMs: unixMs(atMs), quality }),
    }).plans().length;
  expect([sold(999, "synced"), sold(1000, "synced"), sold(1000, "unknown")]).toEqual([1, 0, 1]);
});

test("[PLN-12] [BEY-19] a cash sale has this site's price and happy hour, with or without the hub; without a date there is no happy hour", () => {
  const prices = [{ siteId: "beach", priceCents: 8000, currency: "KES" }];
  const row = {
    planId: "day",
    name: "Day",
    terms: unlimitedTerms,
    priceCents: 5000,
    currency: "KES",
    active: true,
    prices,
  };
  const happyHour = promotionSchema.parse({
    promotionId: "happy",
    name: "Happy hour",
    gift: { kind: "percent", permille: 250 },
    floorCents: null,
    ...{
      fromMs: null,
      untilMs: null,
      planIds: [],
      siteIds: [],
      hours: [{ days: [0], fromMinute: 1080, toMinute: 1140 }],
    },
  });
  const fed: Record<string, ReadonlyMap<string, unknown>> = {
    provider: new Map([["provider", { currency: "KES", utcOffsetMinutes: 180 }]]),
    site: new Map([["site", { siteId: "beach" }]]),
    plan: new Map([["day", row]]),
    promotion: new Map([["happy", happyHour]]),
  };
  const feed = { rows: (kind: string) => fed[kind] ?? new Map() } as unknown as Parameters<
    typeof createCashCatalogue
  >[0];
  const at = (hour: number, quality: "synced" | "unknown") =>
    createCashCatalogue(feed, null, {
      wall: () => ({ atMs: unixMs(Date.UTC(2026, 10, 22, hour)), quality }),
    }).plans()[0];
  expect(at(14, "synced")).toMatchObject({ priceCents: 8000 });
  expect(at(15, "synced")).toMatchObject({
    priceCents: 6000,
    discount: { promotionId: "happy", discountCents: 2000 },
  });
  expect(at(15, "unknown")?.discount).toBeUndefined();
});
