/** What a provider has to pay the platform, by a clock that nobody can trust. */
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { chargesAfterARound } from "./test-billing-round.ts";

let isClockDoubted = false;
const hub = useHub(anyEngine, { isClockDoubted: () => isClockDoubted });

test("[TEN-06] while the clock differs from the database's nobody is charged; once it is sure, who is due is", async () => {
  const admin = await hub.adminToken();
  const asAdmin = askerOf(hub, () => admin);
  const plan = { name: "Small", priceCents: 100_000, trialDays: 0, forNew: true };
  expect((await asAdmin("POST", "/platform/billing/plans", plan)).status).toBe(201);
  isClockDoubted = true;
  const { providerId } = await hub.makeProvider("Doubt");
  expect(await chargesAfterARound(hub, providerId)).toBe(0);
  isClockDoubted = false;
  expect(await chargesAfterARound(hub, providerId)).toBe(1);
});
