/** An operator at the hub puts a device online with a purchase, or moves the purchase to another device. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import type { RouterControl, RouterHost } from "../ground/router-control.ts";
import { createTestSite, logInRequest, reportOf } from "./test-site.ts";

const [one, two] = ["AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:02"];
const purchaseId = "purchase-1";

function siteWithPurchase(hosts: readonly RouterHost[] = []) {
  const world = createSimulatedWorld();
  const logIns: { user: string; address: string; mac: string | null }[] = [];
  const router = {
    activeSessions: async () => [],
    hosts: async () => hosts,
    logIn: async (host: { user: string; address: string; mac: string | null }) => void logIns.push(host),
  } as unknown as RouterControl;
  const site = createTestSite(world, { router });
  const grant = {
    grantId: "g-1",
    origin: "purchase",
    planName: "1 hour",
    terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
    ...notBegun,
  };
  site.put({ kind: "grant", key: "g-1", body: { grant, purchaseId, phoneHash: null } });
  const admit = (mac: string, moves = false) => site.operators.admitDevice({ purchaseId, mac, moves });
  const logIn = (mac: string, address: string) => site.access.logIn(logInRequest(mac, "", { mac, address }));
  return { site, admit, logIn, logIns };
}

test("a device that the router sees is logged in with a token of its own", async () => {
  const { site, admit, logIns } = siteWithPurchase([{ mac: one, addresses: ["10.5.50.10"] }]);
  expect(await admit(one)).toEqual({ kind: "online" });
  const [{ user = "", ...host } = {}] = logIns;
  expect(host).toMatchObject({ address: "10.5.50.10", mac: one });
  const request = logInRequest(user, user, { mac: one, address: "10.5.50.10" });
  expect(site.access.logIn(request)).toMatchObject({ kind: "accept", grantId: "g-1" });
  expect(await site.operators.listGuests()).toEqual([{ mac: one, address: "10.5.50.10", online: false }]);
});

test("a device with an address of its own is logged in at the one that the router translates it to, as RADIUS names it", async () => {
  const { site, admit, logIns } = siteWithPurchase([{ mac: one, addresses: ["192.168.1.50", "10.5.50.77"] }]);
  await admit(one);
  const [{ user = "" } = {}] = logIns;
  const request = logInRequest(user, user, { mac: one, address: "10.5.50.77" });
  expect(site.access.logIn(request)).toMatchObject({ kind: "accept", grantId: "g-1" });
});

test("a device that is not there has it when it comes", async () => {
  const { admit, logIn } = siteWithPurchase();
  expect(await admit(one)).toEqual({ kind: "bound" });
  expect(logIn(one, "10.5.50.10")).toMatchObject({ kind: "accept", grantId: "g-1" });
  expect(await admit(one), "said twice").toEqual({ kind: "bound" });
});

test("where its places are taken, another device gets it only by a move, and the first one loses it", async () => {
  const { site, admit, logIn } = siteWithPurchase();
  await admit(one);
  expect(await admit(two)).toEqual({ kind: "refused", reason: "too-many-devices" });
  logIn(one, "10.5.50.10");
  await site.access.account(reportOf("start", { user: one, mac: one, grantId: "g-1" }));
  expect(await admit(two, true)).toEqual({ kind: "bound" });
  expect(site.state.slots.get("g-1")).toMatchObject([{ mac: two }]);
  expect(logIn(two, "10.5.50.11")).toMatchObject({ kind: "accept", grantId: "g-1" });
  expect(logIn(one, "10.5.50.10").kind).toBe("reject");
});

test("[CUS-16] a device that is online with something else, or tied to an account, is not taken; who waits on free minutes is", async () => {
  const { site, admit } = siteWithPurchase();
  const account = { accountId: "a1", username: "mary", service: "any", ntHash: "0".repeat(32), planName: "Home" };
  const tied = { ...account, terms: unlimitedTerms, active: true, macs: [two] };
  site.put({ kind: "customer-account", key: "a1", body: tied });
  await site.access.account(reportOf("start", { user: one, mac: one, grantId: "v.b1.7" }));
  for (const mac of [one, two]) expect(await admit(mac, true)).toEqual({ kind: "refused", reason: "anothers-device" });
  const waiting = "AA:BB:CC:DD:EE:03";
  const free = { sessionId: "80000009", user: waiting, mac: waiting, address: "10.5.50.12" };
  await site.access.account(reportOf("start", { ...free, grantId: "f.window.purchase-1" }));
  expect(await admit(waiting)).toEqual({ kind: "bound" });
});

test("a purchase that is not here, and one that was revoked, are told apart", async () => {
  const { site, admit } = siteWithPurchase();
  expect(await site.operators.admitDevice({ purchaseId: "other", mac: one, moves: false })).toEqual({
    kind: "not-here",
  });
  const row = site.feed.rows("grant").get("g-1");
  site.put({ kind: "grant", key: "g-1", body: { ...row, grant: { ...row?.grant, revokedAtMs: 5 } } });
  expect(await admit(one)).toEqual({ kind: "refused", reason: "revoked" });
});
