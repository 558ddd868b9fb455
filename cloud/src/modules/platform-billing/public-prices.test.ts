import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { publicPrices } from "./public-prices.ts";

const hub = useHub(anyEngine);

test("[UIX-07] the first page has the prices of the plans that can be chosen, the cheapest first", async () => {
  const token = await hub.adminToken();
  for (const body of [
    { name: "Mtaa", priceCents: 250_000, trialDays: 0, limits: { messages: 2000 } },
    { name: "Duka", priceCents: 150_000, trialDays: 14, limits: { sites: 5 } },
    { name: "Retired", priceCents: 10_000, active: false },
  ])
    expect((await hub.call("POST", "/api/v1/platform/billing/plans", { token, body })).status).toBe(201);
  expect(await hub.database().asPlatform("test", publicPrices)).toEqual([
    { name: "Duka", priceCents: 150_000, currency: "KES", trialDays: 14, sitesMax: 5, messagesMax: null },
    { name: "Mtaa", priceCents: 250_000, currency: "KES", trialDays: 0, sitesMax: null, messagesMax: 2000 },
  ]);
});
