/** Fair use and hours of the day at a site: reports go in, what its router is asked comes out. No hub is there in any of these. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { LeaseUse } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest, reportOf } from "../access/test-site.ts";
import { releaseLease } from "../grants/lease.ts";
import type { CoaAnswer } from "../ground/dynamic-authorization.ts";
import type { SiteState } from "../state/site-state.ts";

const dayMs = 24 * 3600 * 1000;
const fairUse = {
  utcOffsetMinutes: 180,
  period: "day" as const,
  quotaBytes: bytes(1_000_000),
  downKbps: kbps(256),
  upKbps: kbps(128),
};
const home: Terms = { ...unlimitedTerms, devices: 3, downKbps: kbps(8000), upKbps: kbps(2000), fairUse };
const slowRate = "rate 128/256";
const fullRate = "rate 2000/8000";

interface Options {
  readonly terms?: Terms;
  readonly coa?: () => CoaAnswer;
  readonly disconnect?: () => "ack" | "nak" | "no-answer";
  readonly state?: SiteState;
  /** When the clock begins. */
  readonly atMs?: number;
}

/** One minute before local midnight, on a Monday. */
const lateMs = Date.parse("2026-11-23T23:59:00+03:00");

function town({ terms = home, coa = () => "ack", disconnect = () => "ack", state, atMs = lateMs }: Options = {}) {
  const world = createSimulatedWorld();
  world.setWall(atMs, "synced");
  const done: string[] = [];
  const site = createTestSite(world, {
    ...(state === undefined ? {} : { state }),
    coa: {
      change: async (_session, { rate }) => {
        done.push(`rate ${rate?.upKbps}/${rate?.downKbps}`);
        return coa();
      },
      disconnect: async ({ sessionId }) => {
        done.push(`disconnect ${sessionId}`);
        return disconnect();
      },
    },
  });
  const row = (more: Partial<Terms> = {}) => ({
    accountId: "1",
    username: "mary",
    password: "p",
    planName: "home",
    active: true,
    terms: { ...terms, ...more },
  });
  const put = (more: Partial<Terms> = {}) => site.put({ kind: "account", key: "1", body: row(more) });
  put();
  site.sweeper.start();
  const macOf = (device: number) => `AA:BB:CC:DD:EE:0${device}`;
  const hostOf = (device: number) => ({ mac: macOf(device), address: `10.5.50.${device}` });
  async function logIn(device: number, service: "hotspot" | "pppoe" = "hotspot") {
    const request = { ...logInRequest("mary", "p", hostOf(device)), service: service === "pppoe" ? "ppp" : "hotspot" };
    const decision = site.access.logIn(request as Parameters<typeof site.access.logIn>[0]);
    if (decision.kind === "reject") throw new Error(decision.reason);
    await report("start", device, 0, service, decision.grantId);
    return decision.limits;
  }
  function report(
    status: "start" | "interim" | "stop",
    device: number,
    used: number,
    service: "hotspot" | "pppoe" = "hotspot",
    grantId = "a.1",
  ) {
    const named = { user: "mary", grantId, sessionId: `8000000${device}`, service, ...hostOf(device) };
    return site.access.account(reportOf(status, { ...named, output: used, online: used === 0 ? 0 : 60 }));
  }
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  return { ...site, world, put, logIn, report, pass, takeDone: () => done.splice(0) };
}

test("[PLN-10] devices of one grant share the quota: all are slower when it is used, and at full speed within 5 s of midnight", async () => {
  const site = town();
  await site.logIn(1);
  await site.logIn(2, "pppoe");
  await site.pass(5000);
  await site.report("interim", 1, 600_000);
  await site.pass(5000);
  expect(site.takeDone()).toEqual([]);
  await site.report("interim", 2, 400_000, "pppoe");
  await site.pass(5000);
  expect(site.takeDone()).toEqual([slowRate, slowRate]);
  expect(await site.logIn(3)).toMatchObject({ downKbps: 256, upKbps: 128 });
  await site.pass(44_000); // 23:59:59
  expect(site.takeDone()).toEqual([]);
  await site.pass(6000);
  expect(site.takeDone()).toEqual([fullRate, fullRate, fullRate]);
  await site.pass(20_000);
  expect(site.takeDone()).toEqual([]);
});

test("[PLN-10] a site that starts again in the night gives the new day's speed to those who were slow, and knows the day's use", async () => {
  const before = town();
  await before.logIn(1);
  await before.report("interim", 1, 1_000_000);
  await before.access.flush();
  const sameDay = town({ state: foldOf(before.log.records), atMs: lateMs + 30_000 });
  await sameDay.pass(5000);
  expect(sameDay.takeDone()).toEqual([slowRate]);
  const nextDay = town({ state: foldOf(before.log.records), atMs: lateMs + 120_000 });
  await nextDay.pass(5000);
  expect(nextDay.takeDone()).toEqual([fullRate]);
});

test("[PLN-10] a session that counted as lost and is heard of again is slow once its data is used, also after the agent was started again", async () => {
  const silentMs = 20 * 60_000;
  const before = town({ atMs: lateMs - 3 * silentMs });
  await before.logIn(1);
  await before.report("interim", 1, 1000);
  await before.pass(silentMs);
  await before.access.flush();
  const again = town({ state: foldOf(before.log.records), atMs: lateMs - silentMs });
  await again.pass(5000);
  expect(again.takeDone()).toEqual([]);
  for (const site of [before, again]) {
    await site.report("interim", 1, 1_000_000);
    await site.pass(5000);
    expect(site.takeDone()).toEqual([slowRate]);
    await site.pass(120_000);
    expect(site.takeDone()).toEqual([]);
  }
});

test("[PLN-10] a week without a hub: each day has its own quota", async () => {
  const site = town({ atMs: lateMs - 60_000 });
  await site.logIn(1);
  let used = 0;
  for (let day = 0; day < 7; day++) {
    used += 1_000_000;
    await site.report("interim", 1, used);
    await site.pass(6000);
    expect(site.takeDone()).toEqual([slowRate]);
    site.world.setWall(site.world.clock.wall().atMs + dayMs, "synced");
    await site.pass(6000);
    expect(site.takeDone()).toEqual([fullRate]);
  }
});

test("[PLN-10] a router that takes no CoA: a PPPoE client dials again and gets the slower speed, a hotspot's host gets it at its next log-in", async () => {
  const site = town({ coa: () => "no-answer" });
  await site.logIn(1);
  await site.logIn(2, "pppoe");
  await site.report("interim", 1, 1_000_000);
  await site.pass(7000);
  expect(site.takeDone().sort()).toEqual(["disconnect 80000002", slowRate, slowRate]);
  await site.report("stop", 2, 1000, "pppoe");
  expect(await site.logIn(2, "pppoe")).toMatchObject({ downKbps: 256 });
  await site.pass(30_000);
  expect(site.takeDone()).toEqual([]);
});

test.each(["nak", "no-answer"] as const)(
  "[PLN-10] a router that does not end a client's session for its new speed (%s): whatever ends it later was not that",
  async (answer) => {
    const site = town({ coa: () => "no-answer", disconnect: () => answer });
    await site.logIn(2, "pppoe");
    await site.report("interim", 2, 1_000_000, "pppoe");
    await site.pass(7000);
    expect(site.takeDone()).toContain("disconnect 80000002");
    await site.report("stop", 2, 1_000_001, "pppoe");
    const [end] = site.log.records.filter(({ kind }) => kind === "session-stopped");
    expect(end).toMatchObject({ cause: "user-request" });
    expect(end).not.toHaveProperty("why");
  },
);

test("[PLN-10] what was heard on two days and is written later counts on each of them", async () => {
  const site = town();
  await site.logIn(1);
  await site.pass(50_000);
  await site.report("interim", 1, 900_000); // 23:59:50, waits in memory
  await site.pass(15_000);
  await site.report("interim", 1, 1_000_000); // 00:00:05
  await site.access.flush();
  const { period, bytes: all } = foldOf(site.log.records).usage.get("a.1") ?? {};
  expect({ period, all }).toEqual({
    period: { fromMs: Date.parse("2026-11-24T00:00:00+03:00"), bytes: 100_000 },
    all: 1_000_000,
  });
  expect(site.takeDone()).toEqual([]);
});

test("[PLN-10] free hours: data counts against nothing, and who has used all is let in; afterwards the limit holds again", async () => {
  const hours = {
    utcOffsetMinutes: 180,
    windows: [{ days: [2], fromMinute: 0, toMinute: 300, isFree: true }],
  };
  const site = town({ terms: { ...home, fairUse: null, hours, dataBytes: bytes(1_000_000) } });
  await site.logIn(1);
  await site.report("interim", 1, 400_000);
  await site.pass(65_000); // Tuesday
  expect(await site.logIn(2)).toMatchObject({ totalBytes: null });
  await site.report("interim", 2, 50_000_000);
  site.world.setWall(Date.parse("2026-11-24T05:00:00+03:00"), "synced");
  await site.pass(1000);
  expect(await site.logIn(3)).toMatchObject({ totalBytes: 600_000 });
});

test("[PLN-10] a top-up works with RADIUS alone: at the old limit the device is let in again, with the rest", async () => {
  const site = town({ terms: { ...home, fairUse: null, dataBytes: bytes(1_000_000) } });
  await site.logIn(1);
  await site.logIn(2, "pppoe");
  await site.pass(6000);
  site.put({ dataBytes: bytes(3_000_000) });
  await site.liveChanges.apply();
  expect(site.takeDone()).toEqual(["disconnect 80000002"]); // it dials again; the hotspot's host goes on to its old limit
  await site.report("stop", 2, 0, "pppoe");
  await site.report("stop", 1, 1_000_000);
  expect(await site.logIn(1)).toMatchObject({ totalBytes: 2_000_000 });
});

test("[PLN-10] power cut after any record: the rest of the day's quota is what was written, never more than was used", async () => {
  const site = town({ atMs: lateMs - 3_600_000 });
  await site.logIn(1);
  await site.logIn(2);
  for (let step = 1; step <= 6; step++) {
    await site.report("interim", 1, step * 100_000);
    await site.report("interim", 2, step * 50_000);
    await site.access.flush();
    await site.pass(120_000);
  }
  const { records } = site.log;
  for (let cut = 0; cut <= records.length; cut++) {
    const newest = new Map<string, number>();
    for (const record of records.slice(0, cut))
      if (record.kind === "session-used") newest.set(record.sessionKey, record.outputBytes);
    const written = [...newest.values()].reduce((sum, one) => sum + one, 0);
    const state = foldOf(records.slice(0, cut));
    expect(state.usage.get("a.1")?.period?.bytes ?? 0).toBe(written);
    // A record that is applied twice, as after a newer snapshot, counts once.
    const again = foldOf([...records.slice(0, cut), ...records.slice(0, cut)]);
    expect(again.usage.get("a.1")).toEqual(state.usage.get("a.1"));
  }
});

test("[PLN-10] a clock that is set back keeps what was counted", async () => {
  const site = town({ atMs: lateMs + 3_600_000 });
  await site.logIn(1);
  await site.report("interim", 1, 1_000_000);
  await site.pass(5000);
  site.world.setWall(unixMs(lateMs), "synced");
  await site.pass(6000);
  expect(site.takeDone()).toEqual([slowRate]);
});

test("[PLN-10] what a phone used in a free night counts for nothing, also at the server that it walked away from", async () => {
  const night = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 22 * 60, toMinute: 24 * 60, isFree: true };
  const site = town({ terms: { ...home, fairUse: null, hours: { utcOffsetMinutes: 180, windows: [night] } } });
  await site.logIn(1);
  await site.report("interim", 1, 1_000_000);
  const there = { nas: "hall", address: "10.6.50.1" };
  const named = { user: "mary", grantId: "a.1", sessionId: "80000099", mac: "AA:BB:CC:DD:EE:01", ...there };
  await site.access.account(reportOf("start", named));
  await site.report("stop", 1, 3_000_000);
  await site.access.flush();
  expect(foldOf(site.log.records).usage.get("a.1")?.bytes ?? 0).toBe(0);
});

/** The sites of a batch, as each hears where the lease of its code is. */
function sitesOfCode(terms: Terms) {
  const batch = { ...plainBatch, planName: "Day", terms, homeSiteId: "harbour" };
  const code = encodeVoucherCode(batch, 7);
  const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };
  let sessions = 0;
  return (siteId: string, { atMs = lateMs, state }: Pick<Options, "atMs" | "state"> = {}) => {
    const world = createSimulatedWorld();
    world.setWall(atMs, "synced");
    const site = createTestSite(world, state === undefined ? {} : { state });
    site.put({ kind: "site", key: "site", body: { siteId, name: siteId, interimSeconds: 300 } });
    site.put({ kind: "batch", key: "b1", body: batch });
    const take = (use: LeaseUse, leaseAtMs: number) =>
      site.put({ kind: "voucher", key: "b1/7", body: { state: "transferred", atMs: leaseAtMs, siteId, use } });
    /** The speed that the phone gets; then it uses so much. */
    async function use(used: number): Promise<number | null> {
      const decision = site.access.logIn(logInRequest(code, code, phone));
      if (decision.kind === "reject") throw new Error(decision.reason);
      const named = { user: code, grantId: decision.grantId, sessionId: `9000000${sessions++}`, ...phone };
      await site.access.account(reportOf("start", named));
      await site.access.account(reportOf("stop", { ...named, output: used, online: 60 }));
      return decision.limits.downKbps;
    }
    async function letGo(leaseAtMs?: number): Promise<LeaseUse> {
      const answer = await releaseLease(site.site, "v.b1.7", leaseAtMs === undefined ? undefined : unixMs(leaseAtMs));
      if (answer.kind !== "released") throw new Error(answer.kind);
      return answer.use;
    }
    return { take, use, letGo, state: () => foldOf(site.log.records) };
  };
}

test("[PLN-10] [BEY-04] what a code used of its fair use goes along from site to site, and back", async () => {
  for (const period of ["day", "grant"] as const) {
    const siteAt = sitesOfCode({ ...home, fairUse: { ...fairUse, period } });
    const harbour = siteAt("harbour");
    expect(await harbour.use(400_000)).toBe(8000);
    const market = siteAt("market");
    market.take(await harbour.letGo(), 1);
    expect(await market.use(600_000)).toBe(8000);
    expect(await market.use(50_000)).toBe(256);
    const use = await market.letGo(1);
    expect(use.period?.bytes).toBe(1_050_000);

    const back = siteAt("harbour", { state: harbour.state() });
    back.take(use, 2);
    expect(await back.use(10)).toBe(256);
    const again = siteAt("harbour", { state: back.state(), atMs: lateMs + 120_000 });
    again.take(use, 2);
    expect(await again.use(10)).toBe(period === "day" ? 8000 : 256);
  }
});
