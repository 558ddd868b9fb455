/**
 * One phone that walks from one hotspot server of a site to another: the old session ends nowhere by itself, for the phone never logged out.
 * Real packets of both servers, and log-ins as the portal gives them.
 */
import { createSimulatedWorld, passTimeUntil, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { sleep } from "@karibu/protocol/world";
import { describe, expect, test } from "vitest";
import { createTestSite, foldOf } from "../../access/test-site.ts";
import { openSessions, type SiteState } from "../../state/site-state.ts";
import { twinsOf } from "../../state/twin-sessions.ts";
import { createRadiusHandler } from "./handler.ts";
import { nasPeer, papRequest, readReply, request, secret, valuesOf } from "./test-radius-nas.ts";

const file = {
  plans: [
    { name: "45 minutes", useSeconds: 2700, devices: 1 },
    { name: "45 minutes for two", useSeconds: 2700, devices: 2 },
    { name: "10 hours", useSeconds: 36_000, devices: 1 },
  ],
  vouchers: [
    { code: "ALONE1", plan: "45 minutes" },
    { code: "BOTH22", plan: "45 minutes for two" },
    { code: "LONG33", plan: "10 hours" },
  ],
};

const payersMac = "AA:BB:CC:DD:EE:01";
const cookie = "a1".repeat(16);

interface Place {
  readonly router: string;
  readonly server: string;
  readonly address: string;
}
const yard: Place = { router: "10.5.0.1", server: "hs-yard", address: "10.5.50.11" };
/** Another server on the same router, and one on another router. */
const hall: Place = { router: "10.5.0.1", server: "hs-hall", address: "10.6.50.11" };
const shop: Place = { router: "10.5.0.2", server: "hs-shop", address: "10.7.50.11" };

interface Guest {
  readonly place: Place;
  readonly mac: string;
  readonly user: string;
  readonly sessionId: string;
  readonly grantId: string;
}

function siteOf(world: SimulatedWorld, state?: SiteState) {
  const disconnected: string[] = [];
  const site = createTestSite(world, {
    file,
    interimFlushSeconds: 0,
    ...(state === undefined ? {} : { state }),
    coa: {
      async disconnect({ sessionId }: { sessionId: string }) {
        disconnected.push(sessionId);
        return "ack";
      },
    },
  });
  const handler = createRadiusHandler(world, site.access, {
    clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }],
  });
  let packets = 0;

  async function ask(port: "auth" | "acct", packet: Buffer, { router }: Place) {
    const replies: Uint8Array[] = [];
    handler.handle(port, packet, { ...nasPeer, address: router }, (reply) => replies.push(Buffer.from(reply)));
    await passTimeUntil(world, sleep(world.clock, 1), 1);
    return readReply(replies[0], packet);
  }

  const from = (place: Place, mac: string, sessionId: string): readonly Attribute[] => [
    { name: "nasIdentifier", value: `router-${place.router}` },
    { name: "nasIpAddress", value: place.router },
    { name: "calledStationId", value: place.server },
    { name: "callingStationId", value: mac },
    { name: "framedIpAddress", value: place.address },
    { name: "acctSessionId", value: sessionId },
  ];

  async function logIn(user: string, place: Place, mac: string, sessionId: string): Promise<Guest | null> {
    const packet = papRequest({ id: packets++ & 255, user, password: user, more: from(place, mac, sessionId) });
    const reply = await ask("auth", packet, place);
    if (reply.code !== codes.accessAccept) return null;
    return { place, mac, user, sessionId, grantId: Buffer.from(valuesOf(reply).class as Uint8Array).toString() };
  }

  async function report(
    status: "start" | "interim" | "stop",
    guest: Guest,
    {
      online = 0,
      bytes = 0,
      sent = 0,
      delay = 0,
    }: { online?: number; bytes?: number; sent?: number; delay?: number } = {},
  ): Promise<void> {
    const { user, grantId, place, mac, sessionId } = guest;
    const attributes: Attribute[] = [
      { name: "acctStatusType", value: statusTypes[status] },
      { name: "userName", value: user },
      ...from(place, mac, sessionId),
      { name: "class", value: grantId },
      { name: "acctSessionTime", value: online },
      { name: "acctInputOctets", value: sent },
      { name: "acctOutputOctets", value: bytes },
      { name: "acctDelayTime", value: delay },
    ];
    await ask("acct", request(codes.accountingRequest, packets++ & 255, attributes), place);
  }

  /** As a phone with the portal's cookie does at each place: the portal gives a log-in for its address, and the page posts it. */
  async function byPortal(grantId: string, place: Place, mac: string, sessionId: string): Promise<Guest | null> {
    const device = { token: cookie, mac, address: place.address };
    return await logIn(site.portalAccess.issueLogIn(grantId, device).username, place, mac, sessionId);
  }

  async function online(guest: Guest | null): Promise<Guest> {
    if (guest === null) throw new Error("it was refused");
    await report("start", guest);
    return guest;
  }

  const redeem = async (code: string, place: Place, mac: string): Promise<string> => {
    const outcome = await site.portalAccess.redeem(code, { token: cookie, mac, address: place.address });
    if (outcome.kind !== "redeemed") throw new Error(outcome.reason);
    return outcome.grantId;
  };

  return {
    ...site,
    disconnected,
    logIn,
    byPortal,
    online,
    redeem,
    report,
    openIds: () => openSessions(site.state).map(({ sessionId }) => sessionId),
    usedSeconds: ({ grantId }: Guest) => site.usage.reported(grantId).onlineSeconds,
    twins: () => twinsOf(site.state, site.usage),
    restarted: () => siteOf(world, foldOf(site.log.records)),
  };
}

const pass = (world: SimulatedWorld, seconds: number) => passTimeUntil(world, sleep(world.clock, seconds * 1000), 5000);

test.each([
  ["another server of the router", hall],
  ["another router of the site", shop],
])("[BEY-10] a phone that goes on at %s is charged once, and its old session is ended there", async (_, next) => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  const first = await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 300);
  await site.report("interim", first, { online: 300, bytes: 1000 });
  await pass(world, 100);
  const second = await site.online(await site.byPortal(grantId, next, payersMac, "80300002"));
  expect(site.openIds()).toEqual(["80300002"]);
  await pass(world, 1);
  expect(site.disconnected).toEqual(["80100001"]);
  // The old server goes on counting until it hears of it: late interims, and the Stop.
  await pass(world, 499);
  await site.report("interim", first, { online: 800, bytes: 1500 });
  await site.report("interim", second, { online: 500 });
  expect(site.openIds()).toEqual(["80300002"]);
  await site.report("stop", first, { online: 900, bytes: 1600 });
  await site.report("stop", second, { online: 500 });
  expect(site.openIds()).toEqual([]);
  expect(site.usedSeconds(second)).toBe(900);
  expect(site.usage.reported(grantId).bytes).toBe(1600);
  expect(site.restarted().usedSeconds(second)).toBe(900);
});

test("the old session's Stop is lost: what it had reported counts, and no more", async () => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  const first = await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 300);
  await site.report("interim", first, { online: 300 });
  const second = await site.online(await site.byPortal(grantId, hall, payersMac, "80100002"));
  await pass(world, 600);
  await site.report("stop", second, { online: 600 });
  expect(site.openIds()).toEqual([]);
  expect(site.usedSeconds(second)).toBe(900);
});

test("the first server's word comes late, after the second began: it counts up to then", async () => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  const first = await site.byPortal(grantId, yard, payersMac, "80100001");
  await pass(world, 400);
  const second = await site.online(await site.byPortal(grantId, hall, payersMac, "80100002"));
  await pass(world, 100);
  if (first === null) throw new Error("it was refused");
  await site.report("start", first, { delay: 500 });
  await site.report("interim", first, { online: 500 });
  await site.report("interim", second, { online: 100 });
  expect(site.openIds()).toEqual(["80100002"]);
  // Acct-Delay-Time is in whole seconds.
  expect([499, 500]).toContain(site.usedSeconds(second));
  expect(site.disconnected).toEqual(["80100001"]);
});

test("the clock was an hour ahead when the old session began, and the agent restarted since: the new one is the new one", async () => {
  const world = createSimulatedWorld();
  const trueMs = world.clock.wall().atMs;
  world.setWall(trueMs + 3_600_000, "estimated");
  let site = siteOf(world);
  site.recorder.record({ kind: "agent-started", boot: 1, version: "test" });
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 300);
  site = site.restarted();
  site.recorder.record({ kind: "agent-started", boot: 2, version: "test" });
  world.setWall(trueMs + 600_000, "synced");
  site.recorder.record({ kind: "clock-corrected", boot: 2, stepMs: -3_300_000 });
  const second = await site.online(await site.byPortal(grantId, hall, payersMac, "80100002"));
  await pass(world, 300);
  await site.report("interim", second, { online: 300 });
  expect(site.openIds()).toEqual(["80100002"]);
  expect(site.disconnected).toEqual(["80100001"]);
  expect(site.usedSeconds(second)).toBeGreaterThanOrEqual(300);
});

test("a Start that the journal had no room for is told again by the router, and still says whose phone it is", async () => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 100);
  const second = await site.byPortal(grantId, hall, payersMac, "80100002");
  site.log.setMode("overflow");
  await expect(site.online(second)).rejects.toThrow("no reply");
  site.log.setMode("quick");
  await site.online(second);
  expect(site.openIds()).toEqual(["80100002"]);
});

test("a router that does not listen is asked again whenever it reports the old session, also after the agent's restart", async () => {
  const world = createSimulatedWorld();
  let site = siteOf(world);
  site.sweeper.start();
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  const first = await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 60);
  await site.online(await site.byPortal(grantId, hall, payersMac, "80100002"));
  await pass(world, 240);
  const tries = site.disconnected.length;
  expect(tries).toBeGreaterThan(1);
  await pass(world, 600);
  expect(site.disconnected).toHaveLength(tries);
  site.sweeper.stop();
  site = site.restarted();
  expect(site.openIds()).toEqual(["80100002"]);
  await site.report("interim", first, { online: 900 });
  await pass(world, 1);
  expect(site.disconnected).toEqual(["80100001"]);
  expect(site.openIds()).toEqual(["80100002"]);
});

test("another MAC at each network (as phones make them up) is the same phone, by its token", async () => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  const grantId = await site.redeem("ALONE1", yard, payersMac);
  await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
  await pass(world, 100);
  const second = await site.byPortal(grantId, shop, "AA:BB:CC:DD:EE:99", "80300002");
  await site.online(second);
  expect(site.openIds()).toEqual(["80300002"]);
});

/** A router's cookie repeats the name at each server where the MAC is seen: of the phone, or of who copied its MAC. */
describe("the same name comes again from the same MAC at another server", () => {
  test("while the first session's reports say that its phone sends, nothing is ended: both count, and the doctor says so", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    site.sweeper.start();
    const payer = await site.online(await site.logIn("LONG33", yard, payersMac, "80100001"));
    await pass(world, 300);
    await site.report("interim", payer, { online: 300, sent: 1000 });
    await pass(world, 100);
    const copy = await site.online(await site.logIn("LONG33", shop, payersMac, "80300002"));
    for (let report = 1; report <= 12; report++) {
      await pass(world, 200);
      await site.report("interim", payer, { online: 300 + report * 300, sent: 1000 + report * 500, bytes: 9000 });
      await pass(world, 100);
      await site.report("interim", copy, { online: report * 300, sent: report * 700 });
    }
    expect(site.openIds()).toEqual(["80100001", "80300002"]);
    expect(site.disconnected).toEqual([]);
    expect(site.usedSeconds(copy)).toBe(3900 + 3600);
    expect(site.twins()).toEqual([payersMac]);
    site.sweeper.stop();
  });

  test("the next report says that its phone sent nothing any more: it is closed, and charged up to where the other began", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    const first = await site.online(await site.logIn("BOTH22", yard, payersMac, "80100001"));
    await pass(world, 300);
    await site.report("interim", first, { online: 300, sent: 1000 });
    await pass(world, 150);
    const second = await site.online(await site.logIn("BOTH22", hall, payersMac, "80100002"));
    expect(site.openIds()).toEqual(["80100001", "80100002"]);
    expect(site.twins(), "nobody knows yet").toEqual([]);
    await pass(world, 150);
    // What servers still send to a phone that is gone is counted.
    await site.report("interim", first, { online: 600, sent: 1000, bytes: 300 });
    await pass(world, 1);
    expect(site.openIds()).toEqual(["80100002"]);
    expect(site.disconnected).toEqual(["80100001"]);
    await pass(world, 299);
    await site.report("interim", first, { online: 900, sent: 1000, bytes: 300 });
    await site.report("interim", second, { online: 450, sent: 500 });
    expect(site.usedSeconds(second)).toBe(900);
    expect(site.usage.reported(second.grantId).bytes).toBe(1800);
    expect(site.restarted().usedSeconds(second)).toBe(900);
  });

  test("what it sent just before it left stands in the next report: the one after that closes it, also after a restart of the agent", async () => {
    const world = createSimulatedWorld();
    let site = siteOf(world);
    const first = await site.online(await site.logIn("BOTH22", yard, payersMac, "80100001"));
    await pass(world, 250);
    const second = await site.online(await site.logIn("BOTH22", hall, payersMac, "80100002"));
    await pass(world, 50);
    await site.report("interim", first, { online: 300, sent: 1000 });
    expect(site.openIds()).toEqual(["80100001", "80100002"]);
    expect(site.usedSeconds(second)).toBe(250);
    site = site.restarted();
    await pass(world, 300);
    await site.report("interim", second, { online: 350, sent: 10 });
    await site.report("interim", first, { online: 600, sent: 1000 });
    expect(site.openIds()).toEqual(["80100002"]);
    expect(site.usedSeconds(second)).toBe(600);
  });

  test("its Stop comes before anybody knows: it is charged up to where the other began, however often the Stop comes", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    const first = await site.online(await site.logIn("BOTH22", yard, payersMac, "80100001"));
    await pass(world, 250);
    const second = await site.online(await site.logIn("BOTH22", hall, payersMac, "80100002"));
    await pass(world, 200);
    for (const _ of [1, 2]) await site.report("stop", first, { online: 450, sent: 1000 });
    await site.report("interim", second, { online: 200, sent: 10 });
    expect(site.openIds()).toEqual(["80100002"]);
    expect(site.usedSeconds(second)).toBe(450);
  });

  test("no report of it comes any more: it is closed as every silent one, charged as if it had gone on, and its router is told", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    site.sweeper.start();
    const first = await site.online(await site.logIn("LONG33", yard, payersMac, "80100001"));
    await pass(world, 300);
    await site.report("interim", first, { online: 300, sent: 1000 });
    const second = await site.online(await site.logIn("LONG33", hall, payersMac, "80100002"));
    for (let online = 300; online <= 900; online += 300) {
      await pass(world, 300);
      await site.report("interim", second, { online, sent: online });
    }
    await pass(world, 60);
    expect(site.openIds()).toEqual(["80100002"]);
    expect(site.disconnected).toContain("80100001");
    expect(site.usedSeconds(second)).toBe(1200);
    site.sweeper.stop();
  });

  test("until that is known the time runs once: nobody is put off before the package's end", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    site.sweeper.start();
    const first = await site.online(await site.logIn("BOTH22", yard, payersMac, "80100001"));
    for (const online of [300, 600, 900, 1200, 1500, 1800, 2100, 2400]) {
      await pass(world, 300);
      await site.report("interim", first, { online, sent: online });
    }
    await pass(world, 10);
    await site.online(await site.logIn("BOTH22", hall, payersMac, "80100002"));
    await pass(world, 280);
    expect(site.openIds()).toEqual(["80100001", "80100002"]);
    expect(site.disconnected).toEqual([]);
    site.sweeper.stop();
  });

  test("the copy is there while the payer's phone sleeps: the phone comes back with its own token, and the copy's session is closed", async () => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    const grantId = await site.redeem("ALONE1", yard, payersMac);
    const payer = await site.online(await site.byPortal(grantId, yard, payersMac, "80100001"));
    await pass(world, 300);
    await site.report("interim", payer, { online: 300, sent: 1000 });
    await site.online(await site.logIn(payer.user, shop, payersMac, "80300002"));
    await pass(world, 300);
    await site.report("interim", payer, { online: 600, sent: 1000 });
    expect(site.openIds()).toEqual(["80300002"]);
    await pass(world, 60);
    await site.online(await site.byPortal(grantId, yard, payersMac, "80100003"));
    expect(site.openIds()).toEqual(["80100003"]);
  });
});

test("two phones of one grant, each with a MAC of its own, go on side by side", async () => {
  const world = createSimulatedWorld();
  const site = siteOf(world);
  await site.online(await site.logIn("BOTH22", yard, payersMac, "80100001"));
  await site.online(await site.logIn("BOTH22", hall, "AA:BB:CC:DD:EE:02", "80100002"));
  await pass(world, 60);
  expect(site.openIds()).toEqual(["80100001", "80100002"]);
  expect(site.disconnected).toEqual([]);
});

test.each(["by its MAC", "by what a router's cookie repeats"])(
  "[RAD-17] who copied the payer's MAC and comes in %s ends nothing: both count, and the doctor says so",
  async (way) => {
    const world = createSimulatedWorld();
    const site = siteOf(world);
    const grantId = await site.redeem("ALONE1", yard, payersMac);
    // The shop's router keeps a cookie of the payer from before.
    const earlier = await site.online(await site.byPortal(grantId, shop, payersMac, "80300001"));
    await site.report("stop", earlier, { online: 0 });
    await pass(world, 1000);
    await site.online(await site.byPortal(grantId, yard, payersMac, "80100002"));
    const name = way === "by its MAC" ? payersMac : earlier.user;
    await site.online(await site.logIn(name, shop, payersMac, "80300003"));
    await pass(world, 60);
    expect(site.openIds()).toEqual(["80100002", "80300003"]);
    expect(site.disconnected).toEqual([]);
    expect(site.twins()).toEqual([payersMac]);
    // The payer, who has the token, goes on elsewhere: what stands on the MAC alone gives way.
    await site.online(await site.byPortal(grantId, hall, payersMac, "80100004"));
    await pass(world, 1);
    expect(site.openIds()).toEqual(["80100004"]);
    expect(site.twins()).toEqual([]);
  },
);
