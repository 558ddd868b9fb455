import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { RouterControl } from "../../ground/router-control.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";

function siteOf(hasSession: boolean) {
  const world = createSimulatedWorld();
  let prints = 0;
  const router: RouterControl = {
    activeSessions: async () => {
      prints++;
      return [];
    },
    removeSession: async () => {},
    removeCookies: async () => {},
    logIn: async () => {},
  };
  const site = createTestSite(world);
  const parts = site.parts({ router });
  const portal = createPortalServer(
    world,
    { ...parts, access: { ...parts.access, hasSession: () => hasSession } },
    testSettings,
  );
  const logOut = (body: object = {}) =>
    portal.handle({
      method: "POST",
      url: "/api/log-out",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      address: "10.5.50.66",
    });
  return { logOut, prints: () => prints };
}

test("who has no session here asks the router for nothing: the hotspot's own log-out is left", async () => {
  const { logOut, prints } = siteOf(false);
  const { status, body } = await logOut({ login: "http://10.5.50.1/login" });
  expect({ status, body: JSON.parse(String(body)) }).toEqual({
    status: 200,
    body: { url: "http://10.5.50.1/logout?erase-cookie=on" },
  });
  expect(prints()).toBe(0);
});

test("who has one, and asks again and again, is slowed down before the router is asked", async () => {
  const { logOut, prints } = siteOf(true);
  const statuses: number[] = [];
  for (let n = 0; n < 100; n++) statuses.push((await logOut()).status);
  expect(statuses.at(-1)).toBe(429);
  expect(prints()).toBeLessThanOrEqual(8);
});
