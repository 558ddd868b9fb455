import type { GrantBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest } from "../access/test-site.ts";
import { bindRenewedGrants, createRenewedGrants } from "./renewed-grants.ts";
import { aboutGrant } from "./site.ts";

const hour = 3_600_000;
const mac = "AA:BB:CC:DD:EE:01";
const phone = { token: "ab".repeat(16), mac, address: "10.5.50.10" };

function grant(grantId: string, more: Partial<GrantBody> = {}): GrantBody {
  const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
  return {
    grant: {
      grantId,
      origin: "purchase",
      planName: "1 hour",
      terms,
      startedAtMs: null,
      endsAtMs: null,
      revokedAtMs: null,
      unverified: false,
    },
    purchaseId: `p-${grantId}`,
    phoneHash: null,
    ...more,
  };
}

async function openSite() {
  let nowMs = 1_800_000_000_000;
  const world: World = {
    clock: {
      monotonicMs: () => nowMs,
      wall: () => ({ atMs: unixMs(nowMs), quality: "synced" }),
      after: () => ({ cancel() {} }),
    },
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
  const site = createTestSite(world);
  const take = (body: GrantBody) => {
    site.put({ kind: "grant", key: body.grant.grantId, body });
    return bindRenewedGrants(site.site, [body]);
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  await take(grant("first"));
  await site.portalAccess.claimPurchase("p-first", phone);
  return { ...site, take, pass };
}

test("[PAY-16] who has a package goes on with the renewed one when it is over, without a tap", async () => {
  const site = await openSite();
  expect(site.access.logIn(logInRequest(mac, mac))).toMatchObject({ kind: "accept", grantId: "first" });
  await site.take(grant("second", { renewsGrantId: "first" }));
  site.pass(0.9 * hour);
  expect(site.access.logIn(logInRequest(mac, mac))).toMatchObject({ kind: "accept", grantId: "first" });
  site.pass(0.2 * hour);
  expect(site.access.logIn(logInRequest(mac, mac))).toMatchObject({ kind: "accept", grantId: "second" });
});

test("it is bound once, stays bound over a restart, and a stranger's package is nobody's", async () => {
  const site = await openSite();
  await site.take(grant("second", { renewsGrantId: "first" }));
  const count = site.log.records.length;
  await site.take(grant("second", { renewsGrantId: "first" }));
  await site.take(grant("third", { renewsGrantId: "nobody's" }));
  await site.take(grant("fourth"));
  expect(site.log.records).toHaveLength(count);
  expect([...foldOf(site.log.records).slots.keys()]).toEqual(["first", "second"]);
});

test("[PAY-16] a disk that refuses one record keeps none of the others from being bound; what found no room is bound when it is tried again", async () => {
  const site = await openSite();
  site.put({ kind: "grant", key: "other", body: grant("other") });
  await site.portalAccess.claimPurchase("p-other", { ...phone, token: "cd".repeat(16), mac: "AA:BB:CC:DD:EE:02" });
  const renewed = [grant("second", { renewsGrantId: "first" }), grant("third", { renewsGrantId: "other" })];
  const bound = () => ["second", "third"].map((grantId) => site.state.slots.get(grantId)?.length ?? 0);
  for (const body of renewed) site.put({ kind: "grant", key: body.grant.grantId, body });
  const grants = createRenewedGrants(site.site, site.feed);
  site.log.setMode("overflow");
  await grants.bind(renewed);
  expect(bound()).toEqual([0, 0]);
  site.log.setMode("refuse");
  await grants.follow();
  expect(bound()).toEqual([1, 1]);
  site.log.setMode("quick");
  const count = site.log.records.length;
  await grants.follow();
  await grants.follow();
  expect(site.log.records).toHaveLength(count);
});

test("[PAY-16] who buys a new phone between the renewal and the end goes on with the renewed package on the new one", async () => {
  const site = await openSite();
  const grants = createRenewedGrants(site.site, site.feed);
  const second = grant("second", { renewsGrantId: "first" });
  site.put({ kind: "grant", key: "second", body: second });
  await grants.bind([second]);
  const newMac = "AA:BB:CC:DD:EE:09";
  const replaces = site.state.slots.get("first")?.[0]?.device ?? null;
  const moved = { kind: "device-bound", grantId: "first", device: "new phone", mac: newMac, replaces } as const;
  await site.site.recorder.record([moved], { about: aboutGrant("first") });
  await grants.follow();
  await grants.follow();
  const logIn = () => site.access.logIn(logInRequest(newMac, newMac, { mac: newMac }));
  expect(logIn()).toMatchObject({ kind: "accept", grantId: "first" });
  site.pass(1.1 * hour);
  expect(logIn()).toMatchObject({ kind: "accept", grantId: "second" });
  expect(site.state.slots.get("second")).toHaveLength(1);
});

test("[PAY-16] whom somebody took off the renewed package stays off; one that is in use no longer follows", async () => {
  const site = await openSite();
  const grants = createRenewedGrants(site.site, site.feed);
  const terms = { ...unlimitedTerms, devices: 3, validitySeconds: seconds(3600) };
  const body = grant("second", { renewsGrantId: "first" });
  const second = { ...body, grant: { ...body.grant, terms } };
  site.put({ kind: "grant", key: "second", body: second });
  const bind = (grantId: string, device: string) =>
    site.site.recorder.record([{ kind: "device-bound", grantId, device, mac: null, replaces: null }], {
      about: aboutGrant(grantId),
    });
  await bind("first", "tv");
  await grants.bind([second]);
  const devices = () => site.state.slots.get("second")?.map(({ device }) => device);
  expect(devices()).toHaveLength(2);
  await site.site.recorder.record([{ kind: "device-unbound", grantId: "second", device: "tv" }], {
    about: aboutGrant("second"),
  });
  await grants.follow();
  expect(devices()).toHaveLength(1);
  await bind("first", "laptop");
  await grants.follow();
  expect(devices()).toHaveLength(2);
});
