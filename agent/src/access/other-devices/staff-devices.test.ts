/** Staff put a device without a browser online at a voucher, an account, a purchase: at a whole site, with its router in memory. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun, plainBatch } from "@karibu/protocol/test-grants";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import type { RouterHost } from "../../ground/router-control.ts";
import { createTestSite, foldOf, logInRequest, reportOf } from "../test-site.ts";
import { createTestRouter } from "./test-router.ts";

const tvMac = "AC:BB:CC:DD:EE:02";
const cameraMac = "AC:BB:CC:DD:EE:03";
const terms = { ...unlimitedTerms, validitySeconds: seconds(86_400), devices: 1 };
const batch = { ...plainBatch, quantity: 10, planName: "Day", terms } as const;
const line = {
  accountId: "a1",
  username: "mary",
  service: "hotspot",
  ntHash: "00112233445566778899aabbccddeeff",
  planName: "Home",
  terms: { ...terms, validitySeconds: null, devices: 2 },
  active: true,
  period: "p1",
} as const;
const bought = {
  grant: { grantId: "g-1", origin: "purchase", planName: "Hour", terms, ...notBegun },
  purchaseId: "p-1",
  phoneHash: null,
};

function town(hosts: readonly RouterHost[] = [], hasApi = true) {
  const world = createSimulatedWorld();
  const { router, coa, loggedIn, disconnected, logInAddresses } = createTestRouter(
    () => site,
    async () => hosts,
  );
  const site = createTestSite(world, { ...(hasApi ? { router } : {}), coa });
  site.put({
    kind: "site",
    key: "site",
    body: { siteId: "s1", name: "Kwanza", interimSeconds: 300, sellsOnline: true },
  });
  site.put({ kind: "batch", key: "b1", body: batch });
  site.put({ kind: "customer-account", key: "a1", body: line });
  site.put({ kind: "grant", key: "g-1", body: bought });
  site.sweeper.start();
  const { devices } = site.operators;
  const byMac = (mac: string) =>
    site.access.logIn(logInRequest(mac, "", { mac, address: "10.5.50.2", passwordIsEmpty: true }));
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  return { ...site, devices, byMac, pass, loggedIn, disconnected, logInAddresses };
}

const seen = [{ mac: tvMac, addresses: ["10.5.50.2"] }];

test.each([
  ["a voucher that nobody has used", "v.b1.4", "v.b1.4"],
  ["an account, by its name alone", "a.a1", "a.a1.p1"],
  ["a purchase", "g-1", "g-1"],
])(
  "[CUS-16] staff put a television online at %s: it starts, holds a place after a restart, and goes off again",
  async (_, named, grantId) => {
    const site = town(seen);
    expect(await site.devices.put({ grantId: named, mac: tvMac, moves: false })).toEqual({ kind: "online" });
    expect(site.loggedIn).toEqual([tvMac]);
    expect(site.state.grants.get(grantId)?.grant.startedAtMs).not.toBeNull();
    const held = [{ mac: tvMac, online: true, added: true }];
    expect(site.devices.read(named)).toMatchObject({ kind: "here", taken: 1, held });
    expect(foldOf(site.log.records).slots.get(grantId)).toHaveLength(1);
    expect(await site.devices.takeOff({ grantId: named, mac: tvMac })).toEqual({ kind: "off" });
    expect(await site.devices.takeOff({ grantId: named, mac: tvMac })).toEqual({ kind: "not-on" });
    await site.pass(6000);
    expect(site.disconnected).toContain(tvMac);
    for (const state of [site.state, foldOf(site.log.records)]) expect(state.slots.get(grantId) ?? []).toEqual([]);
  },
);

test("[CUS-16] a device with an address of its own comes online at the one that the router translates it to", async () => {
  const site = town([{ mac: tvMac, addresses: ["192.168.1.50", "10.5.50.77"] }]);
  await site.devices.put({ grantId: "v.b1.4", mac: tvMac, moves: false });
  expect(site.logInAddresses).toEqual(["10.5.50.77"]);
});

test("[CUS-16] without a router's API it is bound, and RADIUS lets it in by its MAC; its time starts then", async () => {
  const site = town([], false);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "reject" });
  expect(await site.devices.put({ grantId: "v.b1.4", mac: tvMac, moves: false })).toEqual({ kind: "bound" });
  expect(site.state.grants.has("v.b1.4")).toBe(false);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "accept", grantId: "v.b1.4" });
});

test("[CUS-16] its places count: a second device only by a move, and the first one loses it", async () => {
  const site = town();
  await site.devices.put({ grantId: "v.b1.4", mac: tvMac, moves: false });
  const camera = { grantId: "v.b1.4", mac: cameraMac };
  expect(await site.devices.put({ ...camera, moves: false })).toEqual({ kind: "refused", reason: "too-many-devices" });
  expect(await site.devices.put({ ...camera, moves: true })).toEqual({ kind: "bound" });
  expect(site.state.slots.get("v.b1.4")).toMatchObject([{ mac: cameraMac }]);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "reject" });
});

test("[CUS-09] what is asked about a grant says whether one more phone would get in by itself, as `decide` says it to the phone", async () => {
  const site = town();
  const refuses = (grantId = "v.b1.4") => (site.devices.read(grantId) as { refuses?: string | null }).refuses;
  expect(refuses()).toBeNull();
  await site.devices.put({ grantId: "v.b1.4", mac: tvMac, moves: false });
  // Its one place is taken, by a device that is away: a phone that comes gets it.
  expect(refuses()).toBeNull();
  const tv = { sessionId: "80000001", user: tvMac, grantId: "v.b1.4", mac: tvMac, address: "10.5.50.2" };
  expect(site.byMac(tvMac)).toMatchObject({ kind: "accept" });
  await site.access.account(reportOf("start", tv));
  expect(refuses()).toBe("too-many-devices");
  const revoked = { ...bought, grant: { ...bought.grant, revokedAtMs: unixMs(1) } };
  site.put({ kind: "grant", key: "g-1", body: revoked });
  expect(refuses("g-1")).toBe("revoked");
});

test("[CUS-16] of several, a move takes the place of the one that has had it longest, though another one is idle", async () => {
  const site = town([], false);
  const put = (mac: string, moves: boolean) => site.devices.put({ grantId: "a.a1", mac, moves });
  await put(tvMac, false);
  await put(cameraMac, false);
  const tv = { sessionId: "80000001", user: tvMac, grantId: "a.a1.p1", mac: tvMac, address: "10.5.50.2" };
  await site.access.account(reportOf("start", tv));
  expect(await put("AC:BB:CC:DD:EE:04", true)).toEqual({ kind: "bound" });
  expect(site.state.slots.get("a.a1.p1")?.map(({ mac }) => mac)).toEqual([cameraMac, "AC:BB:CC:DD:EE:04"]);
});

test("[CUS-16] a renewed account keeps it: its place goes along into the new period, and off is off in both", async () => {
  const site = town([], false);
  await site.devices.put({ grantId: "a.a1", mac: tvMac, moves: false });
  site.put({ kind: "customer-account", key: "a1", body: { ...line, period: "p2" } });
  await site.pass(40_000);
  expect(site.state.slots.get("a.a1.p2")).toMatchObject([{ mac: tvMac }]);
  expect(site.state.slots.get("a.a1.p1") ?? []).toEqual([]);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "accept", grantId: "a.a1.p2" });
  expect(await site.devices.takeOff({ grantId: "a.a1", mac: tvMac })).toEqual({ kind: "off" });
  await site.pass(40_000);
  expect(site.state.slots.get("a.a1.p2") ?? []).toEqual([]);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "reject" });
});

test("[CUS-16] who was tied to other devices meanwhile keeps none of those that staff put on: the next period begins without", async () => {
  const site = town([], false);
  await site.devices.put({ grantId: "a.a1", mac: tvMac, moves: false });
  await site.devices.put({ grantId: "a.a1", mac: cameraMac, moves: false });
  site.put({ kind: "customer-account", key: "a1", body: { ...line, period: "p2", macs: [cameraMac] } });
  await site.pass(40_000);
  expect(site.state.slots.get("a.a1.p2")).toMatchObject([{ mac: cameraMac }]);
  expect(site.state.slots.get("a.a1.p1") ?? []).toEqual([]);
  expect(site.byMac(tvMac)).toMatchObject({ kind: "reject" });
});

test("[CUS-01] an account that is tied to a device puts the others off: their session ends, and nothing that a router repeats opens it", async () => {
  const site = town([], false);
  await site.devices.put({ grantId: "a.a1", mac: tvMac, moves: false });
  expect(site.byMac(tvMac)).toMatchObject({ kind: "accept" });
  const online = { sessionId: "80000001", user: tvMac, grantId: "a.a1.p1", mac: tvMac, address: "10.5.50.2" };
  await site.access.account(reportOf("start", online));
  site.put({ kind: "customer-account", key: "a1", body: { ...line, macs: [cameraMac] } });
  expect(site.byMac(tvMac)).toMatchObject({ kind: "reject", reason: "other-device" });
  await site.pass(40_000);
  expect(site.disconnected).toContain(tvMac);
});

test("[CUS-16] a device that is online in the account's last period is its own: staff put it on the new one", async () => {
  const site = town([], false);
  await site.devices.put({ grantId: "a.a1", mac: tvMac, moves: false });
  expect(site.byMac(tvMac)).toMatchObject({ kind: "accept" });
  const online = { sessionId: "80000001", user: tvMac, grantId: "a.a1.p1", mac: tvMac, address: "10.5.50.2" };
  await site.access.account(reportOf("start", online));
  site.put({ kind: "customer-account", key: "a1", body: { ...line, period: "p2" } });
  expect(await site.devices.put({ grantId: "a.a1", mac: tvMac, moves: false })).toEqual({ kind: "bound" });
  expect(site.state.slots.get("a.a1.p2")).toMatchObject([{ mac: tvMac }]);
});

test.each([
  ["the address of a group", { mac: "01:00:5E:00:00:01" }, "bad-mac"],
  ["a device that is online with something else", { mac: cameraMac }, "anothers-device"],
  ["a device of another account", { mac: "AC:BB:CC:DD:EE:77" }, "anothers-device"],
  ["an account that is tied to other devices", { grantId: "a.tied" }, "other-device"],
  ["an account for PPPoE", { grantId: "a.pppoe" }, "not-for-hotspot"],
  ["a switched-off account", { grantId: "a.off" }, "revoked"],
  ["a voucher of a batch that ended unused", { grantId: "v.b2.1" }, "expired"],
])("[CUS-16] staff can't take %s", async (_, order, reason) => {
  const site = town();
  const { period: _period, ...free } = line;
  const tied = { ...free, accountId: "tied", username: "tied", macs: ["AC:BB:CC:DD:EE:77"] };
  site.put({ kind: "customer-account", key: "tied", body: tied });
  const pppoe = { ...free, accountId: "pppoe", username: "pppoe", service: "pppoe" };
  site.put({ kind: "customer-account", key: "pppoe", body: pppoe });
  site.put({
    kind: "customer-account",
    key: "off",
    body: { ...free, accountId: "off", username: "off", active: false },
  });
  site.put({ kind: "batch", key: "b2", body: { ...batch, batchId: "b2", expiresAtMs: unixMs(1) } });
  await site.devices.put({ grantId: "g-1", mac: cameraMac, moves: false });
  const online = { sessionId: "80000001", user: cameraMac, grantId: "g-1", mac: cameraMac, address: "10.5.50.3" };
  await site.access.account(reportOf("start", online));
  const wanted = { grantId: "v.b1.4", mac: tvMac, moves: true, ...order };
  expect(await site.devices.put(wanted)).toEqual({ kind: "refused", reason });
});

test("[CUS-16] what another site has, what is free, and what nobody knows is not here", async () => {
  const site = town();
  site.put({ kind: "batch", key: "b2", body: { ...batch, batchId: "b2", homeSiteId: "s2" } });
  for (const grantId of ["v.b2.1", "v.b1.99", "a.nobody", "g-9", `f.trial.p1.${"0".repeat(32)}`])
    expect([grantId, await site.devices.put({ grantId, mac: tvMac, moves: true })]).toEqual([
      grantId,
      { kind: "not-here" },
    ]);
});
