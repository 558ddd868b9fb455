import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";

function siteOf() {
  const world = createSimulatedWorld();
  const site = createTestSite(world);
  const portal = createPortalServer(world, site.parts(), testSettings);
  site.hub.claim = { kind: "refused", reason: "unknown-receipt" };
  const claim = async (receipt: string, address = "10.5.50.66") => {
    const { status } = await portal.handle({
      method: "POST",
      url: "/api/claims",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ receipt, phone: "0712345678" }),
      address,
    });
    world.advance(20_000);
    return status;
  };
  const asked = () => site.hub.calls.filter(({ method }) => method === "claim-payment").length;
  return { claim, asked };
}

test("a phone that makes up receipts for an hour asks the hub for few of them, and another phone is still heard", async () => {
  const { claim, asked } = siteOf();
  for (let n = 0; n < 180; n++) await claim(`UKL7${n + 100}DR4`);
  expect(asked()).toBeLessThanOrEqual(6 + 6);
  const before = asked();
  await claim("UKL70ZDR4F", "10.5.50.67");
  expect(asked()).toBe(before + 1);
});

test("a page that says the same claim again and again is never slowed down", async () => {
  const { claim, asked } = siteOf();
  for (let n = 0; n < 60; n++) expect(await claim("UKL70ZDR4F")).toBe(404);
  expect(asked()).toBe(60);
});

test("two phones behind one repeater, each of which says its own claim again and again, hold up neither", async () => {
  const { claim, asked } = siteOf();
  for (let n = 0; n < 60; n++) expect(await claim(n % 2 === 0 ? "UKL70ZDR4F" : "UKL71ZDR4F")).toBe(404);
  expect(asked()).toBe(60);
});
