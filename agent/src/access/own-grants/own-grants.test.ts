/** What a customer does at the site with a package, and against the theft of its code: at a whole site, with no hub. */

import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { GuardRule } from "@karibu/protocol/codes/code-guard";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { deviceOfToken } from "@karibu/protocol/device-key";
import type { BatchBody, ProviderBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { phoneOf, plainBatch } from "@karibu/protocol/test-grants";
import { longTest } from "@karibu/protocol/test-long-run";
import { sleep } from "@karibu/protocol/world";
import { describe, expect, test } from "vitest";
import { releaseLease } from "../../grants/lease.ts";
import { openSessions } from "../../state/site-state.ts";
import { restore, snapshotOf } from "../../state/state-snapshot.ts";
import { pinLimits } from "../guessing/pin-guard.ts";
import type { Device } from "../portal-access.ts";
import { createTestSite, foldOf, logInRequest, reportOf } from "../test-site.ts";
import { isGoodPin, type OwnFacts, refusesOwn } from "./own-grants-policy.ts";

const batch: BatchBody = {
  ...plainBatch,
  planName: "Week",
  terms: { ...unlimitedTerms, validitySeconds: seconds(604_800), dataBytes: bytes(1_000_000_000) },
};
const code = encodeVoucherCode(batch, 7);
const grantId = "v.b1.7";
const rule: GuardRule = { mayPause: true, mayPin: true };
const provider: ProviderBody = {
  name: "Jirani",
  currency: "KES",
  locale: "en",
  utcOffsetMinutes: 180,
  supportPhone: null,
  bridge: { seconds: seconds(1800), dataBytes: bytes(100_000_000) },
  codeGuard: rule,
};
const phone: (number: number) => Device = phoneOf;
const [owner, thief, other] = [phone(1), phone(2), phone(3)];
const pin = "4711";

/** Why sessions ended, as the journal has it. */
const whysOf = ({ records }: ReturnType<typeof openSite>["log"]) =>
  records.flatMap((record) => (record.kind === "session-stopped" ? [record.why] : []));

function openSite(options: { guard?: GuardRule | null; devices?: number; state?: ReturnType<typeof foldOf> } = {}) {
  const world = createSimulatedWorld();
  const disconnected: string[] = [];
  const site = createTestSite(world, {
    ...(options.state === undefined ? {} : { state: options.state }),
    coa: {
      async disconnect({ mac, sessionId }) {
        disconnected.push(mac ?? "");
        const [known] = openSessions(site.state).filter((session) => session.sessionId === sessionId);
        const { user = "x", address = null } = known ?? {};
        await site.access.account(reportOf("stop", { sessionId, mac, user, address, cause: "admin-reset" }));
        return "ack";
      },
    },
  });
  const terms = { ...batch.terms, devices: options.devices ?? 1 };
  site.put({ kind: "batch", key: "b1", body: { ...batch, terms } });
  const { codeGuard: _, ...plain } = provider;
  const { guard = rule } = options;
  site.put({ kind: "provider", key: "provider", body: guard === null ? plain : { ...plain, codeGuard: guard } });
  site.sweeper.start();
  /** Redeems, and goes online by the one-time log-in. */
  async function goOnline(device: Device, typed: string | null = null, typedPin?: string): Promise<string> {
    const redeemed = await site.portalAccess.redeem(typed ?? code, device, typedPin);
    if (redeemed.kind === "refused") return redeemed.reason;
    return enter(device, redeemed.grantId);
  }
  function enter(device: Device, grant: string): string {
    const { username, password } = site.portalAccess.issueLogIn(grant, device);
    const { mac, address } = device;
    const decision = site.access.logIn(logInRequest(username, password, { mac, address }));
    if (decision.kind === "reject") return decision.reason;
    const sessionId = `${device.token}-${site.log.records.length}`;
    void site.access.account(reportOf("start", { sessionId, user: username, grantId: grant, mac, address }));
    return username;
  }
  const macsOnline = () => openSessions(site.state).map(({ mac }) => mac);
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), ms > 100_000 ? 60_000 : 1000);
  return { ...site, world, disconnected, goOnline, enter, macsOnline, pass };
}

describe("[CUS-11] a phone's own packages at the site", () => {
  test("what it has, what is left, its devices; a stranger is told nothing", async () => {
    const site = openSite({ devices: 2 });
    await site.goOnline(owner);
    await site.goOnline(other);
    const [mine, ...more] = site.ownGrants.list(owner);
    expect(more).toEqual([]);
    expect(mine).toMatchObject({
      grantId,
      planName: "Week",
      isOnline: true,
      isPaused: false,
      hasPin: false,
      places: 2,
    });
    expect(mine?.left).toMatchObject({ secondsLeft: 604_800, bytesLeft: 1_000_000_000 });
    expect(mine?.devices.map(({ isThis, isOnline, lastOctets }) => [isThis, isOnline, lastOctets])).toEqual([
      [true, true, "00:00:01"],
      [false, true, "00:00:03"],
    ]);
    expect(site.ownGrants.list(thief)).toEqual([]);
    expect(site.ownGrants.list({ ...thief, mac: owner.mac, claims: "mac" }), "a claimed MAC shows nothing").toEqual([]);
    const namesIt: Device = { ...thief, mac: owner.mac, address: owner.address, claims: "address" };
    expect(site.ownGrants.list(namesIt), "nor does an address that is merely named").toEqual([]);
    for (const outcome of [
      await site.ownGrants.offer(namesIt, { grantId, pin: "" }),
      await site.ownGrants.pause(namesIt, grantId),
      await site.ownGrants.choosePin(namesIt, { grantId, pin: "", chosen: "4821" }),
    ])
      expect(outcome.kind).toBe("refused");
  });

  test("it is given to another phone by a code that works once, ten minutes, and puts the giver off for good", async () => {
    const site = openSite();
    const logIn = await site.goOnline(owner);
    const offered = await site.ownGrants.offer(owner, { grantId, pin: "" });
    const shown = offered.kind === "done" ? (offered.offer?.code ?? "") : "";
    expect(shown).toMatch(/^\d{8}$/);
    expect(await site.portalAccess.redeem(`${shown.slice(0, 4)} ${shown.slice(4)}`, other)).toMatchObject({ grantId });
    site.enter(other, grantId);
    await site.pass(6000);
    expect(site.macsOnline()).toEqual([other.mac]);
    // Staff did nothing, and are told so.
    expect(whysOf(site.log)).toEqual(["passed-on"]);
    expect(await site.portalAccess.redeem(shown, thief)).toMatchObject({ reason: "unknown-user" });
    expect(site.state.slots.get(grantId)?.map(({ device }) => device)).toEqual([deviceOfToken(other.token)]);
    // The router's cookie repeats what the giver logged in with, also while the other phone is off.
    for (const sessionId of site.state.open.keys)
      await site.access.account(
        reportOf("stop", { sessionId: site.state.sessions.get(sessionId)?.sessionId ?? "", mac: other.mac, user: "x" }),
      );
    const { mac, address } = owner;
    expect(site.access.logIn(logInRequest(logIn, logIn, { mac, address }))).toMatchObject({ kind: "reject" });
    const late = await site.ownGrants.offer(other, { grantId, pin: "" });
    await site.pass(601_000);
    const gone = late.kind === "done" ? (late.offer?.code ?? "") : "";
    expect(await site.portalAccess.redeem(gone, thief)).toMatchObject({ reason: "unknown-user" });
  });

  test("guessing such codes meets the limits of voucher codes, and the giver's own use of one changes nothing", async () => {
    const site = openSite();
    await site.goOnline(owner);
    const offered = await site.ownGrants.offer(owner, { grantId, pin: "" });
    const shown = offered.kind === "done" ? (offered.offer?.code ?? "") : "";
    const answers: string[] = [];
    for (let tries = 0; tries < 9; tries++) {
      const outcome = await site.portalAccess.redeem(String(10_000_000 + tries), thief);
      answers.push(outcome.kind === "refused" ? outcome.reason : "in");
    }
    expect(answers.at(0)).toBe("unknown-user");
    expect(answers.at(-1)).toBe("guessing");
    expect(await site.portalAccess.redeem(shown, thief), "a locked device is not heard").toMatchObject({
      reason: "guessing",
    });
    expect(await site.portalAccess.redeem(shown, owner)).toMatchObject({ kind: "redeemed" });
    expect(await site.portalAccess.redeem(shown, other)).toMatchObject({ kind: "redeemed" });
  });

  test("another device is taken off by who is online, its session ends, and what it logged in with is worth nothing", async () => {
    const site = openSite({ devices: 2 });
    await site.goOnline(owner);
    const logIn = await site.goOnline(other);
    const named = site.ownGrants.list(owner)[0]?.devices.find(({ isThis }) => !isThis)?.name ?? "";
    expect(await site.ownGrants.takeOff(thief, { grantId, pin: "", named })).toMatchObject({ reason: "not-yours" });
    expect(await site.ownGrants.takeOff(owner, { grantId, pin: "", named: "0" })).toMatchObject({
      reason: "no-such-device",
    });
    expect(await site.ownGrants.takeOff(owner, { grantId, pin: "", named })).toEqual({ kind: "done" });
    await site.pass(6000);
    expect(whysOf(site.log)).toEqual(["taken-off"]);
    await site.pass(6000);
    expect(site.macsOnline()).toEqual([owner.mac]);
    const { mac, address } = other;
    expect(site.access.logIn(logInRequest(logIn, logIn, { mac, address }))).toMatchObject({ kind: "reject" });
  });
});

describe("[CUS-18] codes guarded against theft", () => {
  test("paused: nobody is online with it in ten seconds, by no way; it goes on; a restart changes nothing", async () => {
    const site = openSite();
    const logIn = await site.goOnline(owner);
    expect(await site.ownGrants.pause(owner, grantId)).toEqual({ kind: "done" });
    await site.pass(10_000);
    expect(site.macsOnline()).toEqual([]);
    expect(await site.goOnline(thief)).toBe("paused");
    expect(await site.goOnline(owner)).toBe("paused");
    const { mac, address } = owner;
    expect(site.access.logIn(logInRequest(logIn, logIn, { mac, address }))).toMatchObject({ reason: "paused" });
    expect(site.access.logIn(logInRequest(mac ?? "", "", { mac, address }))).toMatchObject({ reason: "paused" });
    expect(site.access.logIn(logInRequest(code, ""))).toMatchObject({ reason: "paused" });
    expect(await site.ownGrants.offer(owner, { grantId, pin: "" })).toMatchObject({ reason: "paused" });
    expect(await site.ownGrants.resume(thief, { grantId, pin: "" })).toMatchObject({ reason: "not-yours" });
    expect(site.ownGrants.list(owner)[0]).toMatchObject({ isPaused: true, left: { bytesLeft: 1_000_000_000 } });

    const restarted = openSite({ state: restore(JSON.parse(JSON.stringify(snapshotOf(site.state)))) ?? undefined });
    expect(await restarted.goOnline(thief)).toBe("paused");
    const replayed = openSite({ state: foldOf(site.log.records) });
    expect(await replayed.goOnline(thief)).toBe("paused");
    expect(await replayed.ownGrants.resume(owner, { grantId, pin: "" })).toEqual({ kind: "done" });
    expect(await replayed.goOnline(owner)).toMatch(/^t-/);
  });

  test("paused: the phone's next package is begun by no cookie and no MAC, and by a tap it is", async () => {
    const site = openSite();
    const logIn = await site.goOnline(owner);
    const next = encodeVoucherCode(batch, 8);
    expect(await site.portalAccess.redeem(next, owner)).toMatchObject({ grantId: "v.b1.8" });
    expect(await site.ownGrants.pause(owner, grantId)).toEqual({ kind: "done" });
    await site.pass(10_000);
    const { mac, address } = owner;
    expect(site.access.logIn(logInRequest(logIn, logIn, { mac, address }))).toMatchObject({ reason: "paused" });
    expect(site.access.logIn(logInRequest(mac ?? "", "", { mac, address }))).toMatchObject({ reason: "paused" });
    expect(site.state.grants.has("v.b1.8")).toBe(false);
    expect(site.enter(owner, "v.b1.8")).toMatch(/^t-/);
  });

  longTest("paused and over: it keeps the phone's next package back no more", async () => {
    const site = openSite();
    await site.goOnline(owner);
    expect(await site.portalAccess.redeem(encodeVoucherCode(batch, 8), owner)).toMatchObject({ grantId: "v.b1.8" });
    expect(await site.ownGrants.pause(owner, grantId)).toEqual({ kind: "done" });
    site.world.advance(8 * 86_400_000);
    const { mac, address } = owner;
    expect(site.access.logIn(logInRequest(mac ?? "", "", { mac, address }))).toMatchObject({ grantId: "v.b1.8" });
  });

  test.each([
    ["had time left", 6, "suspended"],
    ["was over", 8, "v.b1.8"],
  ])(
    "paused by staff when it %s: past its end the phone's next package is begun silently only where nothing comes back",
    async (_, days, said) => {
      const site = openSite();
      await site.goOnline(owner);
      expect(await site.portalAccess.redeem(encodeVoucherCode(batch, 8), owner)).toMatchObject({ grantId: "v.b1.8" });
      site.world.advance(days * 86_400_000);
      const paused = { reason: "A quarrel", stillSinceMs: site.world.clock.wall().atMs };
      const none = { seconds: seconds(0), useSeconds: seconds(0), dataBytes: bytes(0) };
      site.put({ kind: "grant-change", key: grantId, body: { grantId, ...none, paused } });
      site.world.advance(2 * 86_400_000);
      const { mac, address } = owner;
      const answer = site.access.logIn(logInRequest(mac ?? "", "", { mac, address }));
      expect(answer.kind === "accept" ? answer.grantId : answer.reason).toBe(said);
    },
  );

  test("a PIN is needed at another device, by the portal and by RADIUS, and the device that has it needs none", async () => {
    const site = openSite();
    await site.goOnline(owner);
    expect(await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: "1111" })).toMatchObject({
      reason: "bad-pin",
    });
    expect(await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin })).toEqual({ kind: "done" });
    expect(JSON.stringify(site.log.records)).not.toContain(`"${pin}"`);
    expect(await site.goOnline(thief)).toBe("wrong-password");
    expect(await site.goOnline(thief, code, "9999")).toBe("wrong-password");
    const ask = (password: string, device: Device) =>
      site.access.logIn(logInRequest(code, password, { mac: device.mac, address: device.address })).kind;
    expect([ask("", thief), ask(code, thief)]).toEqual(["reject", "reject"]);
    expect(await site.goOnline(owner)).toMatch(/^t-/);
    expect(await site.goOnline(other, code, pin)).toMatch(/^t-/);
    expect(ask(pin, owner)).toBe("accept");
    expect(ask("", owner)).toBe("accept");
  });

  test("the thief came first: the owner with the PIN puts them off, and their cookie brings them back no more", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    await site.ownGrants.choosePin(owner, { grantId, pin, chosen: "" });
    const logIn = await site.goOnline(thief);
    expect(logIn).toMatch(/^t-/);
    expect(await site.goOnline(owner)).toMatch(/^t-/);
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    await site.pass(10_000);
    for (const { sessionId } of openSessions(site.state))
      await site.access.account(reportOf("stop", { sessionId, mac: owner.mac, user: "x" }));
    const { mac, address } = thief;
    expect(site.access.logIn(logInRequest(logIn, logIn, { mac, address }))).toMatchObject({ kind: "reject" });
    expect(await site.goOnline(owner)).toMatch(/^t-/);
  });

  test("where there is a PIN, giving, going on, taking off and changing it ask for it; five wrong ones lock it for an hour", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    await site.ownGrants.pause(owner, grantId);
    expect(await site.ownGrants.resume(owner, { grantId, pin: "" })).toMatchObject({ reason: "wrong-pin" });
    expect(await site.ownGrants.resume(owner, { grantId, pin })).toEqual({ kind: "done" });
    expect(await site.ownGrants.offer(owner, { grantId, pin: "0001" })).toMatchObject({ reason: "wrong-pin" });
    expect(await site.ownGrants.offer(owner, { grantId, pin })).toMatchObject({ kind: "done" });
    for (let tries = 1; tries < pinLimits.wrongMax; tries++)
      await site.ownGrants.choosePin(owner, { grantId, pin: "0002", chosen: "" });
    expect(await site.ownGrants.choosePin(owner, { grantId, pin, chosen: "" })).toMatchObject({ reason: "locked" });
    expect(await site.goOnline(other, code, pin)).toBe("guessing");
    await site.pass(pinLimits.lockMs + 1000);
    expect(await site.ownGrants.choosePin(owner, { grantId, pin, chosen: "" })).toEqual({ kind: "done" });
    expect(await site.goOnline(other)).toMatch(/^t-/);
  });

  test("wrong PINs of strangers keep no owner off, and neither the owner's MAC nor a place of one's own lets anybody guess without end", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    for (let tries = 0; tries < pinLimits.wrongMax; tries++) await site.goOnline(thief, code, "0002");
    expect(await site.goOnline(thief, code, pin)).toBe("guessing");
    expect(await site.ownGrants.offer(owner, { grantId, pin })).toMatchObject({ kind: "done" });
    const { mac, address } = owner;
    const ask = (password: string) => site.access.logIn(logInRequest(code, password, { mac, address })).kind;
    for (let tries = 0; tries < pinLimits.wrongMax; tries++) expect(ask(`000${tries}`)).toBe("reject");
    expect(ask(pin), "the right one tells nothing now").toBe("reject");
    expect(ask(""), "it works where it is").toBe("accept");
    await site.pass(pinLimits.lockMs + 1000);
    expect(ask(pin)).toBe("accept");
  });

  test("a log-in that was taken before its device lost the place is worth nothing afterwards", async () => {
    const site = openSite({ devices: 2 });
    await site.goOnline(owner);
    await site.goOnline(thief);
    const spare = site.portalAccess.issueLogIn(grantId, thief);
    const named = site.ownGrants.list(owner)[0]?.devices.find(({ isThis }) => !isThis)?.name ?? "";
    expect(await site.ownGrants.takeOff(owner, { grantId, pin: "", named })).toEqual({ kind: "done" });
    const { mac, address } = thief;
    expect(site.access.logIn(logInRequest(spare.username, spare.password, { mac, address }))).toMatchObject({
      reason: "too-many-devices",
    });
    expect(site.state.slots.get(grantId)?.map(({ device }) => device)).toEqual([deviceOfToken(owner.token)]);
  });

  test("pausing what is paused, and going on with what goes on, writes nothing and uses up no change", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.pause(owner, grantId);
    const before = site.log.records.length;
    for (let tries = 0; tries < 20; tries++)
      expect(await site.ownGrants.pause(owner, grantId)).toEqual({ kind: "done" });
    expect(site.log.records.length).toBe(before);
    expect(await site.ownGrants.resume(owner, { grantId, pin: "" })).toEqual({ kind: "done" });
    expect(site.state.guards.get(grantId)?.paused).toBe(false);
  });

  test("a daily limit of moves holds for every way to another device, through a restart, and is over a day later", async () => {
    const guard = { ...rule, movesPerDay: 2 };
    const site = openSite({ guard });
    await site.goOnline(owner);
    expect(site.ownGrants.list(owner)[0]?.movesLeft).toBe(2);
    expect(await site.goOnline(other)).toMatch(/^t-/);
    expect(await site.goOnline(owner)).toMatch(/^t-/);
    expect(await site.goOnline(thief)).toBe("moved-too-often");
    expect(await site.ownGrants.offer(owner, { grantId, pin: "" })).toMatchObject({ reason: "moved-too-often" });
    expect(await site.goOnline(owner), "where it is, it works").toMatch(/^t-/);
    const restarted = openSite({ guard, state: foldOf(site.log.records) });
    expect(await restarted.goOnline(thief)).toBe("moved-too-often");
    const saved = restore(JSON.parse(JSON.stringify(snapshotOf(site.state)))) ?? undefined;
    expect(await openSite({ guard, state: saved }).goOnline(thief)).toBe("moved-too-often");
    await site.pass(86_400_000);
    expect(site.ownGrants.list(owner)[0]?.movesLeft).toBe(2);
    expect(await site.goOnline(thief)).toMatch(/^t-/);
  });

  test("[BEY-04] a daily limit of moves goes along with the lease, and on from there", async () => {
    const guard = { ...rule, movesPerDay: 2 };
    const home = openSite({ guard });
    for (const phone of [owner, other, owner]) expect(await home.goOnline(phone)).toMatch(/^t-/);
    const away = openSite({ guard });
    away.put({ kind: "site", key: "site", body: { siteId: "s2", name: "Two", interimSeconds: 60, sellsOnline: true } });
    away.put({ kind: "batch", key: "b1", body: { ...batch, homeSiteId: "s1" } });
    /** A pause ends its sessions; what is paused is not let go. */
    const letGo = async (site: typeof home) => {
      await site.ownGrants.pause(owner, grantId);
      await site.pass(10_000);
      await site.ownGrants.resume(owner, { grantId, pin: "" });
      const released = await releaseLease(site, grantId);
      if (released.kind === "in-use") throw new Error("it is in use");
      return released.use;
    };
    const use = await letGo(home);
    const lease = { state: "transferred", atMs: 5, siteId: "s2", use };
    away.put({ kind: "voucher", key: "b1/7", body: lease });
    expect(await away.goOnline(owner), "the first device there").toMatch(/^t-/);
    expect(await away.goOnline(thief)).toBe("moved-too-often");
    expect(away.ownGrants.list(owner)[0]?.movesLeft).toBe(0);
    expect((await letGo(away)).movedAtMs).toEqual(use.movedAtMs);
    expect(use.movedAtMs).toHaveLength(2);
  });

  test("what the hub echoes holds after a lost stick and at another site; what staff lifted is gone, here and there", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    await site.ownGrants.pause(owner, grantId);
    const guard = site.state.guards.get(grantId);
    const elsewhere = openSite();
    elsewhere.put({ kind: "code-guard", key: grantId, body: guard });
    expect(await elsewhere.goOnline(other)).toBe("wrong-password");
    expect(await elsewhere.goOnline(other, code, pin)).toBe("paused");
    for (const place of [site, elsewhere])
      place.put({ kind: "code-guard", key: grantId, body: { ...guard, lifted: true } });
    expect(await elsewhere.goOnline(other)).toMatch(/^t-/);
    expect(await site.goOnline(thief)).toMatch(/^t-/);
    // What the customer chooses afterwards holds.
    await site.ownGrants.choosePin(thief, { grantId, pin: "", chosen: "8024" });
    expect(await site.goOnline(owner)).toBe("wrong-password");
  });

  test("the bridge of a guarded voucher asks for the PIN too, and moves no lease without it", async () => {
    const site = openSite();
    const home = openSite();
    await home.goOnline(owner);
    await home.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    site.put({ kind: "site", key: "site", body: { siteId: "s2", name: "Two", interimSeconds: 60, sellsOnline: true } });
    site.put({ kind: "batch", key: "b1", body: { ...batch, homeSiteId: "s1" } });
    site.put({ kind: "code-guard", key: grantId, body: home.state.guards.get(grantId) });
    expect(await site.goOnline(other)).toBe("wrong-password");
    expect(await site.goOnline(other, code, pin)).toMatch(/^t-/);
    expect(site.state.grants.has("b.b1.7")).toBe(true);
  });

  test("a paused code's lease stays where it is; one that went to another site takes its guard along", async () => {
    const site = openSite();
    await site.goOnline(owner);
    await site.ownGrants.pause(owner, grantId);
    await site.pass(10_000);
    expect(await releaseLease(site, grantId)).toEqual({ kind: "in-use" });
    await site.ownGrants.resume(owner, { grantId, pin: "" });
    await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin });
    const guard = { paused: false, pin: site.state.guards.get(grantId)?.pin };
    expect(guard.pin).toMatchObject({ hash: expect.any(String) });
    expect(await releaseLease(site, grantId)).toMatchObject({ kind: "released", guard });
    expect(site.state.guards.has(grantId)).toBe(false);
  });

  test("nothing is offered where the provider allows nothing, and a withdrawn code stays withdrawn", async () => {
    const site = openSite({ guard: null });
    await site.goOnline(owner);
    expect(site.ownGrants.list(owner)[0]).toMatchObject({ mayPause: false, mayPin: false, movesLeft: null });
    expect(await site.ownGrants.pause(owner, grantId)).toMatchObject({ reason: "not-allowed" });
    expect(await site.ownGrants.choosePin(owner, { grantId, pin: "", chosen: pin })).toMatchObject({
      reason: "not-allowed",
    });
    const guarded = openSite();
    await guarded.goOnline(owner);
    await guarded.ownGrants.pause(owner, grantId);
    guarded.put({ kind: "voucher", key: "b1/7", body: { state: "disabled", atMs: 1 } });
    await guarded.ownGrants.resume(owner, { grantId, pin: "" });
    expect(await guarded.goOnline(owner)).toBe("revoked");
  });

  test("changes of one code are few in a day: nobody wears the flash with them", async () => {
    const site = openSite();
    await site.goOnline(owner);
    const outcomes: string[] = [];
    for (let at = 0; at < 20; at++) {
      const outcome = await (at % 2 === 0
        ? site.ownGrants.pause(owner, grantId)
        : site.ownGrants.resume(owner, { grantId, pin: "" }));
      outcomes.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
    }
    const pauses = outcomes.filter((_, at) => at % 2 === 0);
    expect(outcomes.slice(0, 12)).toEqual(Array(12).fill("done"));
    // It goes on already: that writes nothing.
    expect(pauses.slice(6)).toEqual(Array(4).fill("too-often"));
  });
});

const facts: OwnFacts = {
  isHolder: true,
  isOnline: true,
  rule,
  isGuardable: true,
  opensByCode: true,
  isMovable: true,
  guard: { guardId: "g", paused: false, pin: { salt: "00".repeat(16), hash: "00".repeat(32) } },
  fitsPin: (): boolean => true,
  isLocked: false,
  mayMove: true,
};
test.each([
  ["a stranger", "pause", { isHolder: false, rule: null }, "not-yours"],
  ["no rule", "pause", { rule: null }, "not-allowed"],
  ["an account", "pause", { isGuardable: false }, "not-allowed"],
  ["no code", "choose-pin", { opensByCode: false }, "not-allowed"],
  ["an account, or a trial", "offer", { isMovable: false }, "not-allowed"],
  ["an account's other device", "take-off", { isMovable: false, guard: null }, "not-allowed"],
  ["a locked PIN pauses still", "pause", { isLocked: true }, null],
  ["a locked PIN", "resume", { isLocked: true, fitsPin: (): boolean => false }, "locked"],
  ["a wrong PIN", "offer", { fitsPin: (): boolean => false, mayMove: false }, "wrong-pin"],
  ["no PIN, and off", "take-off", { guard: null, isOnline: false, mayMove: false }, "not-online"],
  ["no PIN, and off, goes on", "resume", { guard: null, isOnline: false }, null],
  ["moved too often", "take-off", { mayMove: false }, "moved-too-often"],
  ["all well", "take-off", {}, null],
] as const)("[CUS-18] refusals in order: %s", (_name, act, more, expected) => {
  expect(refusesOwn(act, { ...facts, ...more })).toBe(expected);
});

test.each([
  ["4711", true],
  ["471190", true],
  ["471", false],
  ["0000", false],
  ["1234", false],
  ["98765", false],
  ["47 11", false],
  ["47a1", false],
])("[CUS-18] a PIN that nobody tries first: %s", (chosen, expected) => {
  expect(isGoodPin(chosen)).toBe(expected);
});
