/** What a site gives for nothing, and what it does not: the real access, state and sweeper over a journal in memory. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { freeGrantId } from "@karibu/protocol/grant-id";
import { type Plan, type Trial, unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import type { PayWindow } from "../../grants/free/free-policy.ts";
import { bindRenewedGrants } from "../../grants/renewed-grants.ts";
import type { SiteState } from "../../state/site-state.ts";
import { addSpent, spentCount, spentReasonOf } from "../../state/spent-grants.ts";
import { restore, snapshotOf } from "../../state/state-snapshot.ts";
import type { Device } from "../portal-access.ts";
import { createTestSite, foldOf, logInRequest, pruneSite, reportOf, type TestSiteOptions } from "../test-site.ts";

const trialPlan = (trial: Trial = { perDay: 2, asksPhone: false }): Plan => ({
  planId: "plan-try",
  name: "Half an hour",
  priceCents: cents(0),
  currency: "UGX",
  active: false,
  terms: { ...unlimitedTerms, validitySeconds: seconds(1800), devices: 5 },
  trial,
});
const window = { seconds: 600, kbps: 512, dataBytes: 20_000_000, everySeconds: 7200, perDay: 2 } as PayWindow;
const provider = {
  name: "Jirani",
  currency: "UGX",
  locale: "en",
  utcOffsetMinutes: 180,
  supportPhone: null,
  bridge: { seconds: 1800, dataBytes: 100_000_000 },
};
const phone = (number: number, mac = number): Device => ({
  token: number.toString(16).padStart(32, "0"),
  mac: `02:00:00:00:00:${mac.toString(16).padStart(2, "0").toUpperCase()}`,
  address: `10.5.50.${number}`,
});

function openSite(options: TestSiteOptions = {}, world = createSimulatedWorld()) {
  const site = createTestSite(world, options);
  site.put({ kind: "provider", key: "provider", body: { ...provider, payWindow: window } });
  site.put({ kind: "plan", key: "plan-try", body: trialPlan() });
  const enter = (grantId: string, { mac, address, token }: Device) => {
    const { username, password } = site.portalAccess.issueLogIn(grantId, { mac, address, token });
    return site.access.logIn(logInRequest(username, password, { mac, address, sessionId: `s-${address}` }));
  };
  const tryIt = (device: Device) => {
    const trying = site.free.trialFor(device);
    return trying.kind === "refused" ? trying.reason : enter(trying.grantId, device).kind;
  };
  const openWindow = (purchaseId: string, device: Device) => {
    const found = site.free.windowFor(purchaseId, device);
    return found.kind === "refused" ? found.reason : enter(found.grantId, device).kind;
  };
  return { ...site, world, enter, tryIt, openWindow };
}
const moveDay = (world: ReturnType<typeof createSimulatedWorld>, days: number) => world.advance(days * 86_400_000);

test("[PLN-11] a device tries once; a new token with the same MAC, and a new MAC with the same token, are the same device", () => {
  const site = openSite();
  expect(site.tryIt(phone(1))).toBe("accept");
  expect(site.tryIt(phone(1))).toBe("had-one");
  expect(site.tryIt({ ...phone(2), mac: phone(1).mac })).toBe("had-one");
  expect(site.tryIt({ ...phone(1), mac: phone(2).mac })).toBe("had-one");
  expect(site.log.records.filter(({ kind }) => kind === "grant-started")).toMatchObject([
    { grant: { planName: "Half an hour", terms: { devices: 1, validitySeconds: 1800 } } },
  ]);
});

test("[PLN-11] phones with random MACs and no cookies meet the day's cap, and tomorrow it is open again", async () => {
  const site = openSite();
  expect([1, 2, 3, 4].map((number) => site.tryIt(phone(number)))).toEqual([
    "accept",
    "accept",
    "none-left",
    "none-left",
  ]);
  await moveDay(site.world, 1);
  expect(site.tryIt(phone(5))).toBe("accept");
});

test("[PLN-11] a day whose trials were all given by a clock which was ahead is not full once the clock is right", () => {
  const site = openSite();
  const { atMs } = site.world.clock.wall();
  site.world.setWall(atMs + 30 * 86_400_000, "synced");
  expect([1, 2, 3].map((number) => site.tryIt(phone(number)))).toEqual(["accept", "accept", "none-left"]);
  site.world.setWall(atMs, "synced");
  expect([3, 4, 5].map((number) => site.tryIt(phone(number)))).toEqual(["accept", "accept", "none-left"]);
});

test("[PLN-11] log-ins that were given out before the cap was reached do not pass it", () => {
  const site = openSite();
  const offered = [1, 2, 3].map((number) => ({ device: phone(number), trying: site.free.trialFor(phone(number)) }));
  const kinds = offered.map(({ device, trying }) => trying.kind === "offer" && site.enter(trying.grantId, device).kind);
  expect(kinds).toEqual(["accept", "accept", "reject"]);
});

test("[PLN-11] [POR-07] one phone that asked under two cookies before anything began has one, whatever log-ins it was given", () => {
  const site = openSite();
  const two = [phone(1), { ...phone(2), mac: phone(1).mac, address: phone(1).address }];
  const trials = two.map((device) => site.free.trialFor(device));
  const windows = two.map((device, index) => site.free.windowFor(`purchase-${index}`, device));
  const begun = [...trials, ...windows].map((found, index) =>
    found.kind === "offer" ? site.enter(found.grantId, two[index % 2] as Device).kind : found.reason,
  );
  expect(begun).toEqual(["accept", "reject", "accept", "reject"]);
});

test("[PLN-11] a trial that the disk refused to begin is none that the phone has had", async () => {
  const site = openSite();
  site.log.setMode("refuse");
  const trying = site.free.trialFor(phone(1));
  if (trying.kind !== "offer") throw new Error(trying.reason);
  const answer = site.enter(trying.grantId, phone(1));
  await expect(answer.kind === "accept" && answer.durable).rejects.toThrow();
  site.log.setMode("quick");
  expect(site.tryIt(phone(1))).toBe("accept");
  expect(site.tryIt(phone(1))).toBe("had-one");
});

test("[PLN-11] a restart, a prune and a year later remember who tried", async () => {
  const site = openSite();
  expect(site.tryIt(phone(1))).toBe("accept");
  const again = openSite({ state: foldOf(site.log.records) }, site.world);
  expect(again.tryIt(phone(1))).toBe("had-one");
  await moveDay(site.world, 40);
  pruneSite(again);
  expect(again.state.grants.size).toBe(0);
  expect(again.tryIt(phone(1))).toBe("had-one");
  // Its cookie is gone, or its MAC is another one.
  const likeIt = [
    { ...phone(2), mac: phone(1).mac },
    { ...phone(1), mac: phone(2).mac },
  ];
  expect(likeIt.map(again.tryIt)).toEqual(["had-one", "had-one"]);
  await moveDay(site.world, 325);
  pruneSite(again);
  const restored = restore(JSON.parse(JSON.stringify(snapshotOf(again.state)))) as SiteState;
  const yearLater = openSite({ state: restored }, site.world);
  expect(likeIt.map(yearLater.tryIt)).toEqual(["had-one", "had-one"]);
  expect(yearLater.tryIt(phone(2))).toBe("accept");
});

test("[PLN-11] who tried long ago tries no other plan either, that is the trial now", async () => {
  const site = openSite();
  expect(site.tryIt(phone(1))).toBe("accept");
  const first = {
    kind: "plan",
    key: "plan-hour",
    body: { ...trialPlan(), planId: "plan-hour", name: "An hour" },
  } as const;
  site.put(first);
  expect(site.tryIt(phone(1))).toBe("had-one");
  await moveDay(site.world, 40);
  pruneSite(site);
  const likeIt = [phone(1), { ...phone(2), mac: phone(1).mac }, { ...phone(1), mac: phone(2).mac }];
  expect(likeIt.map(site.tryIt)).toEqual(["had-one", "had-one", "had-one"]);
  const restored = restore(JSON.parse(JSON.stringify(snapshotOf(site.state)))) as SiteState;
  const again = openSite({ state: restored }, site.world);
  again.put(first);
  expect(likeIt.map(again.tryIt)).toEqual(["had-one", "had-one", "had-one"]);
  expect(again.tryIt(phone(2))).toBe("accept");
});

test("[PLN-11] a log-in that a phone was given before its trial of long ago was let go begins no second one", async () => {
  const site = openSite();
  expect(site.tryIt(phone(1))).toBe("accept");
  await moveDay(site.world, 40);
  const other = { ...phone(2), mac: null };
  const trying = site.free.trialFor(other);
  pruneSite(site);
  expect(trying.kind === "offer" && site.enter(trying.grantId, { ...other, mac: phone(1).mac }).kind).toBe("reject");
});

test("[PLN-11] of very many trials the newest are remembered, and memory is bounded", () => {
  const site = openSite();
  const trialOf = (at: number) => `f.trial.plan-try.${at.toString(16).padStart(32, "0")}`;
  for (let at = 0; at < 10_005; at++) addSpent(site.state.spent, trialOf(at), "expired", site.world.clock.wall().atMs);
  pruneSite(site);
  expect(spentCount(site.state.spent)).toBe(10_000);
  expect([4, 5].map((at) => spentReasonOf(site.state.spent, trialOf(at)))).toEqual([null, "expired"]);
});

test("[PLN-11] a site that lost its memory gives no trial until the hub has told it, and then knows who tried", () => {
  const site = openSite();
  site.tryIt(phone(1));
  const [started, bound] = site.log.records.filter(({ kind }) => ["grant-started", "device-bound"].includes(kind));
  if (started?.kind !== "grant-started" || bound?.kind !== "device-bound") throw new Error("nothing began");
  const fresh = openSite({}, site.world);
  void fresh.recorder.record({ kind: "memory-lost", cause: "empty" });
  expect(fresh.tryIt(phone(1))).toBe("not-remembered");
  expect(fresh.tryIt(phone(2))).toBe("not-remembered");
  const { device, mac } = bound;
  const told = {
    grant: started.grant,
    voucher: null,
    usedBytes: 0,
    usedSeconds: 0,
    slots: [{ device, mac }],
    sessions: [],
  };
  const page = { spent: [], ended: [], grants: [told], sales: [], sellers: [] };
  void fresh.recorder.record({ kind: "recalled", recall: "r1", page, done: true } as never);
  expect(fresh.tryIt(phone(1))).toBe("had-one");
  expect(fresh.tryIt(phone(2))).toBe("accept");
  expect(fresh.tryIt(phone(3))).toBe("none-left");
});

test("[POR-07] a payment window is small, ends by itself, and its device reads nowhere that it is online", async () => {
  const site = openSite();
  const found = site.free.windowFor("purchase-1", phone(1));
  if (found.kind !== "offer") throw new Error(found.reason);
  expect(site.enter(found.grantId, phone(1))).toMatchObject({
    kind: "accept",
    limits: { sessionSeconds: 600, totalBytes: 20_000_000, downKbps: 512, upKbps: 512, devices: 1 },
  });
  void site.access.account(reportOf("start", { grantId: found.grantId, mac: phone(1).mac, address: phone(1).address }));
  expect(site.portalAccess.view(phone(1))).toMatchObject({
    online: null,
    onlineGrantId: null,
    available: [],
    ended: null,
  });
  expect(site.free.windowFor("purchase-1", phone(1))).toMatchObject({ kind: "offer", isOpen: true });
  await site.world.advance(601_000);
  await site.sweeper.sweep();
  expect(site.free.windowFor("purchase-1", phone(1))).toMatchObject({ kind: "refused", reason: "had-one" });
  expect(site.portalAccess.view(phone(1)).ended).toBeNull();
});

test("[POR-07] one window a device within its hours, so many a site and day, and none where the provider gives none", async () => {
  const site = openSite();
  expect(site.openWindow("purchase-1", phone(1))).toBe("accept");
  expect(site.openWindow("purchase-2", phone(1))).toBe("had-one");
  expect(site.openWindow("purchase-3", phone(2))).toBe("accept");
  expect(site.openWindow("purchase-4", phone(3))).toBe("none-left");
  await site.world.advance(7200_000);
  expect(site.openWindow("purchase-5", phone(1))).toBe("none-left");
  await moveDay(site.world, 1);
  expect(site.openWindow("purchase-6", phone(1))).toBe("accept");
  site.put({ kind: "provider", key: "provider", body: provider });
  expect(site.openWindow("purchase-7", phone(4))).toBe("not-offered");
});

/** A site, and the sessions that were ended at its router. */
function openWithEnds() {
  const ended: string[] = [];
  const coa = {
    disconnect: async ({ sessionId }: { sessionId: string }) => {
      ended.push(sessionId);
      return "ack" as const;
    },
  };
  const site = openSite({ coa: coa as never });
  return { site, ended };
}

test("[POR-07] the money comes: the window is over at once, and its device holds what it bought without a tap", async () => {
  const { site, ended } = openWithEnds();
  const device = phone(1);
  const found = site.free.windowFor("purchase-1", device);
  if (found.kind !== "offer") throw new Error(found.reason);
  const logIn = site.portalAccess.issueLogIn(found.grantId, device);
  const request = logInRequest(logIn.username, logIn.password, { mac: device.mac, address: device.address });
  expect(site.access.logIn(request).kind).toBe("accept");
  void site.access.account(reportOf("start", { grantId: found.grantId, mac: device.mac, address: device.address }));
  const grant = {
    grantId: "g-1",
    origin: "purchase",
    planName: "1 day",
    terms: { ...unlimitedTerms, validitySeconds: 86_400, downKbps: 5000 },
    ...notBegun,
  };
  const body = { grant, purchaseId: "purchase-1", phoneHash: null };
  site.put({ kind: "grant", key: "g-1", body });
  await bindRenewedGrants(site.site, [body as never]);
  await site.sweeper.sweep();
  expect(ended).toHaveLength(1);
  // The router's MAC cookie repeats the window's log-in.
  expect(site.access.logIn(request)).toMatchObject({ kind: "accept", grantId: "g-1", limits: { downKbps: 5000 } });
});

test("[PLN-11] [POR-07] what is given for nothing goes to no other phone: who gave it away would be a device that never had one", async () => {
  const site = openSite();
  expect(site.openWindow("purchase-1", phone(1))).toBe("accept");
  expect(site.tryIt(phone(2))).toBe("accept");
  expect(site.ownGrants.list(phone(1)), "a window is nobody's package").toEqual([]);
  const [trial] = site.ownGrants.list(phone(2));
  expect(trial).toMatchObject({ planName: "Half an hour", isMovable: false });
  const order = { grantId: trial?.grantId ?? "", pin: "" };
  expect(await site.ownGrants.offer(phone(2), order)).toEqual({ kind: "refused", reason: "not-allowed" });
  const windowId = freeGrantId({ what: "window", purchaseId: "purchase-1" });
  expect(await site.ownGrants.offer(phone(1), { grantId: windowId, pin: "" })).toMatchObject({ kind: "refused" });
  expect(site.openWindow("purchase-2", phone(1))).toBe("had-one");
});

test("[POR-07] who merely claims a neighbour's MAC does not end the neighbour's payment window", async () => {
  const { site, ended } = openWithEnds();
  const { mac, address } = phone(1);
  expect(site.openWindow("purchase-1", phone(1))).toBe("accept");
  const grantId = freeGrantId({ what: "window", purchaseId: "purchase-1" });
  void site.access.account(reportOf("start", { grantId, mac, address }));
  await site.free.endWindow({ ...phone(2), mac, claims: "mac" }, "v.b1.7");
  expect(ended).toEqual([]);
  await site.free.endWindow(phone(1), "v.b1.7");
  expect(ended).toHaveLength(1);
});
