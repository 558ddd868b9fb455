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
