import type { GrantBody } from "@karibu/protocol/feed";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest } from "../access/test-site.ts";
import type { Recorder } from "../state/recorder.ts";
import { bindRenewedGrants, createRenewedGrants } from "./renewed-grants.ts";
import { aboutGrant } from "./site.ts";

const hour = 3_600_000;
const mac = "AA:BB:CC:DD:EE:01";
const phone = { token: "ab".repeat(16), mac, address: "10.5.50.10" };

function grant(grantId: string, more: Partial<GrantBody> = {}): GrantBody {
  const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
  return {
    grant: { grantId, origin: "purchase", planName: "1 hour", terms, ...notBegun },
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
  expect([...foldOf(site.log.records).slots].map(([grantId]) => grantId)).toEqual(["first", "second"]);
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

async function openRenewed(devices: number) {
  const site = await openSite();
  const terms = { ...unlimitedTerms, devices, validitySeconds: seconds(3600) };
  const renewal = (revokedAtMs: UnixMs | null = null) => {
    const body = grant("second", { renewsGrantId: "first" });
    return { ...body, grant: { ...body.grant, terms, revokedAtMs } };
  };
  const grants = createRenewedGrants(site.site, site.feed);
  const record = async (event: JournalEvent & { readonly grantId: string }) => {
    await site.site.recorder.record([event], { about: aboutGrant(event.grantId) });
    await grants.follow();
    await grants.follow();
  };
  const bind = (grantId: string, device: string, mac: string | null = null, replaces: string | null = null) =>
    record({ kind: "device-bound", grantId, device, mac, replaces });
  const unbind = (grantId: string, device: string) => record({ kind: "device-unbound", grantId, device });
  const renew = async () => {
    site.put({ kind: "grant", key: "second", body: renewal() });
    await grants.bind([renewal()]);
  };
  const devicesOf = (grantId: string) => site.state.slots.get(grantId)?.map(({ device }) => device) ?? [];
  const [own = ""] = devicesOf("first");
  return { ...site, grants, renewal, renew, bind, unbind, own, devices: () => devicesOf("second") };
}

test("[PAY-16] who is taken off a package, or gives it away, is off its renewed one too", async () => {
  const { renew, bind, unbind, devices, own } = await openRenewed(2);
  await bind("first", "tv");
  await renew();
  expect(devices()).toEqual([own, "tv"]);
  await unbind("first", "tv");
  expect(devices()).toEqual([own]);
  await bind("first", "friend", null, own);
  expect(devices()).toEqual(["friend"]);
});

test("[PAY-16] places of the renewed package that people arranged by hand stay as they are", async () => {
  const { renew, bind, unbind, devices, own } = await openRenewed(2);
  await renew();
  await unbind("second", own);
  expect(devices()).toEqual([]);
  await bind("first", "tv");
  expect(devices()).toEqual(["tv"]);
  await unbind("second", "tv");
  expect(devices()).toEqual([]);
  await bind("second", "friend");
  // The phone takes another private MAC at the package before: that gives it nothing back.
  await bind("first", own, "AA:BB:CC:DD:EE:77");
  expect(devices()).toEqual(["friend"]);
});

test("[PAY-16] a package before that goes to another site, or is forgotten, leaves the renewed one its places", async () => {
  const { renew, devices, own, grants, site } = await openRenewed(2);
  await renew();
  const use = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };
  await site.recorder.record([{ kind: "lease-released", grantId: "first", use }], { about: aboutGrant("first") });
  await grants.follow();
  expect(devices()).toEqual([own]);
});

test("[PAY-16] what was taken off the renewed package does not come back at the agent's next start", async () => {
  const { renew, renewal, unbind, devices, own, site, feed } = await openRenewed(2);
  await renew();
  await unbind("second", own);
  await createRenewedGrants(site, feed).bind([renewal()]);
  expect(devices()).toEqual([]);
});

test("[PAY-16] a renewed package for fewer devices is never nobody's while the one before has some", async () => {
  const { renew, bind, unbind, devices, own } = await openRenewed(1);
  await bind("first", "tv");
  await renew();
  expect(devices()).toEqual(["tv"]);
  await unbind("first", "tv");
  expect(devices()).toEqual([own]);
});

test("[PAY-16] at a site a device that is taken off a package is off its renewed one in that moment", async () => {
  const { bind, renewal, devices, own, put, renewed, site } = await openRenewed(2);
  await bind("first", "tv");
  put({ kind: "grant", key: "second", body: renewal() });
  await renewed.bind([renewal()]);
  expect(devices()).toEqual([own, "tv"]);
  const taken = site.recorder.record([{ kind: "device-unbound", grantId: "first", device: "tv" }], {
    about: aboutGrant("first"),
  });
  expect(devices()).toEqual([own]);
  await taken;
});

test("[PAY-16] hundreds of renewals in a chain follow one after the other, and not within each other", async () => {
  const site = await openSite();
  let [depth, deepest] = [0, 0];
  const recorder: Recorder = {
    ...site.site.recorder,
    record(events, options) {
      const written = site.site.recorder.record(events, options);
      deepest = Math.max(deepest, ++depth);
      void grants.placesChanged(
        [events].flat().flatMap((event) => (event.kind === "device-bound" ? event.grantId : [])),
      );
      depth--;
      return written;
    },
  };
  const grants = createRenewedGrants({ ...site.site, recorder }, site.feed);
  const bodies = Array.from({ length: 300 }, (_, at) =>
    grant(`next ${at}`, { renewsGrantId: at === 0 ? "first" : `next ${at - 1}` }),
  );
  for (const body of bodies) site.put({ kind: "grant", key: body.grant.grantId, body });
  await grants.bind(bodies.toReversed());
  await recorder.record([{ kind: "device-bound", grantId: "first", device: "new", mac: null, replaces: null }], {
    about: aboutGrant("first"),
  });
  expect(bodies.every(({ grant: { grantId } }) => (site.state.slots.get(grantId)?.length ?? 0) > 0)).toBe(true);
  expect(deepest).toBeLessThan(3);
});

test("[PAY-16] a renewed package that is taken back follows no more", async () => {
  const { renew, renewal, bind, devices, own, put, grants } = await openRenewed(3);
  await renew();
  put({ kind: "grant", key: "second", body: renewal(unixMs(1_800_000_000_000)) });
  await grants.bind([renewal(unixMs(1_800_000_000_000))]);
  await bind("first", "laptop");
  expect(devices()).toEqual([own]);
});
