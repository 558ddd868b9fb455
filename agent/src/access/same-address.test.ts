/** Two phones with one address: at two routers of a site with the same guest network, or after a lost Stop. Each has what is its own. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { logInDevice } from "../portal-server/customer/log-in.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite, endingCodes, logInRequest, reportOf } from "./test-site.ts";

const address = "10.5.50.10";
const payer = { mac: "AA:BB:CC:DD:EE:01", address };
const other = { mac: "AA:BB:CC:DD:EE:02", address };
const otherPhone: Device = { token: "b".repeat(32), ...other };
const unasked = { ...otherPhone, claims: "mac" } as const;
const silent = { ...unasked, mac: null } as const;

/** The payer is online by the code at that router. */
async function siteWithPayer(nas: string) {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file: endingCodes, hasOtherRouters: true });
  const paid = site.access.logIn(logInRequest("HOUR1", "", { nas, ...payer }));
  if (paid.kind === "reject") throw new Error(paid.reason);
  const { grantId } = paid;
  await site.access.account(reportOf("start", { nas, user: "HOUR1", ...payer, grantId }));
  const slots = () => site.state.slots.get(grantId)?.map(({ mac }) => mac);
  return { world, site, grantId, slots };
}

test.each([
  ["at another router", "that the router names", "other", otherPhone],
  ["at another router", "that says its MAC", "other", unasked],
  ["whose Stop was lost", "that the router names", "router", otherPhone],
  ["whose Stop was lost", "that says its MAC", "router", unasked],
])("[POR-05] a payer %s has the address: a phone %s is not shown as online", async (_, __, nas, phone) => {
  const { world, site } = await siteWithPayer(nas);
  const { online, onlineGrantId, available } = site.portalAccess.view(phone);
  expect([online, onlineGrantId, available]).toEqual([null, null, []]);
  expect(await site.otherDevices.list(phone)).toBeNull();

  const own = await site.portalAccess.redeem("DATA1", phone);
  if (own.kind !== "redeemed") throw new Error(own.reason);
  const parts = { access: site.portalAccess, router: null, free: site.free };
  const way = { loginUrl: null, hint: {}, byRouter: true };
  expect(await logInDevice(world, parts, own.grantId, phone, way)).toMatchObject({ reason: "no-log-in-page" });
  const { username, password } = site.portalAccess.issueLogIn(own.grantId, phone);
  const request = logInRequest(username, password, { nas: "router", ...other });
  expect(site.access.logIn(request)).toMatchObject({ kind: "accept", grantId: own.grantId });
});

test.each([
  ["is", silent, payer.mac, "accept"],
  ["is not", silent, other.mac, "reject"],
])("[POR-05] a phone that names no MAC, and %s the one that is online there", async (_, phone, mac, kind) => {
  const { site, grantId, slots } = await siteWithPayer("router");
  expect(site.portalAccess.view(phone).onlineGrantId).toBe(grantId);
  const { username, password } = site.portalAccess.issueLogIn(grantId, phone);
  expect(site.access.logIn(logInRequest(username, password, { address, mac })).kind).toBe(kind);
  expect(slots()).toEqual([payer.mac]);
});

test("[POR-05] a phone that changed its MAC and kept its address is known by its cookie", async () => {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file: endingCodes });
  const before: Device = { token: "a".repeat(32), ...payer };
  const bought = await site.portalAccess.redeem("HOUR1", before);
  if (bought.kind !== "redeemed") throw new Error(bought.reason);
  const { grantId } = bought;
  const enter = (device: Device) => {
    const { username, password } = site.portalAccess.issueLogIn(grantId, device);
    return site.access.logIn(logInRequest(username, password, { mac: device.mac, address }));
  };
  expect(enter(before)).toMatchObject({ kind: "accept" });
  await site.access.account(reportOf("start", { user: "HOUR1", ...payer, grantId }));

  const after = { ...before, mac: other.mac };
  expect(site.portalAccess.view(after).onlineGrantId).toBe(grantId);
  expect(enter(after)).toMatchObject({ kind: "accept", grantId });
});
