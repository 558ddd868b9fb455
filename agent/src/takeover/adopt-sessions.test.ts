/** Sessions of the old system, as the router's list shows them, over a site in memory. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { listedRows } from "@karibu/protocol/listed-rows";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createTestSite } from "../access/test-site.ts";
import { openSessions } from "../state/site-state.ts";
import { adoptSessions } from "./adopt-sessions.ts";
import type { OldSession } from "./old-sessions.ts";

const keyHex = "5a".repeat(32);
const hour = { ...unlimitedTerms, validitySeconds: seconds(3600) };

function openSite() {
  const world = createSimulatedWorld();
  const site = createTestSite(world);
  const codes = ["first-1", "second-2"].map((code) => ({ code, ownPassword: null, more: {} }));
  const batch = { batchId: "l1", keyHex, quantity: 2, planName: "Hour", terms: hour };
  site.put({ kind: "site", key: "site", body: { siteId: "here", name: "Here", interimSeconds: 300 } });
  site.put({
    kind: "listed-batch",
    key: "l1",
    body: { ...batch, expiresAtMs: null, active: true, homeSiteId: "here" },
  });
  for (const [key, body] of listedRows("l1", keyHex, codes)) site.put({ kind: "listed-codes", key, body });
  return { ...site, world };
}

const row = (user: string, more: Partial<OldSession> = {}): OldSession => ({
  ...{ id: "*A32320A", user, mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" },
  ...{ uptimeSeconds: 60, secondsLeft: null, inputBytes: 10, outputBytes: 20 },
  ...more,
});

test("[RTR-31] a phone that goes on under its next code has the router's same row: that code begins, and the first one's session ends", async () => {
  const { site, access, state } = openSite();
  const first = await adoptSessions(site, access, [row("first-1")]);
  const second = await adoptSessions(site, access, [row("second-2", { uptimeSeconds: 30 })]);
  expect([first, second]).toEqual([
    { adopted: 1, strangers: 0 },
    { adopted: 1, strangers: 0 },
  ]);
  expect([...state.grants.keys()]).toEqual(["v.l1.0", "v.l1.1"]);
  expect(openSessions(state).map(({ user, grantId }) => [user, grantId])).toEqual([["second-2", "v.l1.1"]]);
});

test("[RTR-31] a phone that goes on under a name that no list has is a stranger, and the session of its code has ended", async () => {
  const { site, access, state } = openSite();
  await adoptSessions(site, access, [row("first-1")]);
  expect(await adoptSessions(site, access, [row("nobody")])).toEqual({ adopted: 0, strangers: 1 });
  expect(openSessions(state)).toEqual([]);
});
