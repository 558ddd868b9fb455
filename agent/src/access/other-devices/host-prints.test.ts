import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../test-site.ts";

test("a guest who reads /devices again and again has the router print its whole host table once in two seconds", async () => {
  const world = createSimulatedWorld();
  let prints = 0;
  const site = createTestSite(world, {
    file: { plans: [{ name: "h", validitySeconds: 3600, devices: 2 }], vouchers: [{ code: "H1", plan: "h" }] },
    coa: {},
    router: {
      activeSessions: async () => [],
      removeSession: async () => {},
      removeCookies: async () => {},
      logIn: async () => {},
      hosts: async () => {
        prints++;
        return [];
      },
    },
  });
  const mac = "AA:BB:CC:DD:EE:01";
  const address = "10.5.50.10";
  const decision = site.access.logIn(logInRequest("H1", "", { mac, address }));
  if (decision.kind !== "accept") throw new Error(decision.reason);
  await site.access.account(reportOf("start", { user: "H1", mac, address, grantId: decision.grantId }));
  for (let n = 0; n < 200; n++) {
    await site.otherDevices.list({ token: "0".repeat(32), mac, address });
    world.advance(50);
  }
  expect(prints).toBeLessThan(10);
});
