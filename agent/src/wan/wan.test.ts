import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest } from "../access/test-site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { creditedEnd } from "../state/outage-credit.ts";
import { isBack, judgeWan, type WanSigns } from "./wan-policy.ts";
import { createWanWatch } from "./wan-watch.ts";

const ok = (ageMs: number) => ({ ok: true, ageMs });
const failed = (ageMs: number) => ({ ok: false, ageMs });
const away: WanSigns = { hub: "away", hubSilentMs: 30_000, pings: [] };

test.each<[string, Partial<WanSigns>, string]>([
  ["a hub that is there says up, whatever the pings", { hub: "connected", pings: [failed(1), failed(2)] }, "up"],
  ["a ping that comes back says up, with the hub away for hours", { hubSilentMs: 9e6, pings: [ok(1000)] }, "up"],
  ["one lost ping says nothing", { pings: [ok(61_000), failed(1000)] }, "unknown"],
  ["two lost ones in a row say down", { pings: [ok(90_000), failed(31_000), failed(1000)] }, "down"],
  ["old pings say nothing", { pings: [failed(500_000), failed(400_000)] }, "unknown"],
  ["without pings two minutes of the hub's silence say down", { hubSilentMs: 120_000 }, "down"],
  ["a hub that was never heard says nothing", { hubSilentMs: null }, "unknown"],
  ["a site without hub and pings can't tell", { hub: "none", hubSilentMs: null }, "unknown"],
])("%s", (_, signs, state) => {
  expect(judgeWan({ ...away, ...signs })).toBe(state);
});

test.each<[string, WanSigns["pings"], boolean]>([
  ["the first that comes back", [failed(31_000), ok(1000)], true],
  ["the first of all", [ok(1000)], true],
  ["the second in a row", [failed(61_000), ok(31_000), ok(1000)], false],
  ["one that failed", [ok(31_000), failed(1000)], false],
  ["none", [], false],
])("a ping tells that the internet is back: %s", (_, pings, is) => {
  expect(isBack(pings)).toBe(is);
});

test("[BEY-14] the time left at the start of an outage is left at its end, and no grant gets more than the outage", () => {
  const any = fc.record({ start: fc.nat(10_000), length: fc.nat(10_000), from: fc.nat(20_000), away: fc.nat(10_000) });
  fc.assert(
    fc.property(any, ({ start, length, from, away }) => {
      const terms = { ...unlimitedTerms, validitySeconds: seconds(1) };
      const grant = { startedAtMs: unixMs(start), endsAtMs: unixMs(start + length), terms };
      const outage = { fromMs: from, toMs: from + away };
      const end = creditedEnd(grant, outage) as number;
      expect(end - grant.endsAtMs).toBeGreaterThanOrEqual(0);
      expect(end - grant.endsAtMs).toBeLessThanOrEqual(away);
      const wasRunning = start <= from && start + length > from;
      if (wasRunning) expect(end - outage.toMs).toBe(start + length - from);
      if (start + length <= from || start >= from + away) expect(end).toBe(grant.endsAtMs);
    }),
  );
});

function siteOf(minSeconds = 600, hub: "none" | "away" = "none") {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const file = { plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: [{ code: "HOUR1", plan: "hour" }] };
  const site = createTestSite(world, { file });
  const outageCredit = { minSeconds, maxSeconds: 7200 };
  site.put({ kind: "provider", key: "provider", body: { name: "Baraka", locale: "en", outageCredit } });
  let isUp: boolean | null = true;
  const router: Pick<RouterControl, "ping"> = {
    async ping() {
      if (isUp === null) throw new Error("the router does not answer");
      return isUp;
    },
  };
  let credited = 0;
  let backs = 0;
  const watch = createWanWatch(world, {
    router: router as RouterControl,
    feed: site.feed,
    state: site.state,
    recorder: site.recorder,
    onCredited: () => credited++,
  });
  const link = {
    state: hub as WanSigns["hub"],
    /** When the hub was heard last; null: never. */
    heardMs: null as number | null,
    get silentForMs() {
      return this.heardMs === null ? null : world.clock.monotonicMs() - this.heardMs;
    },
    redialSoon: () => backs++,
  };
  watch.follow(link);
  async function pass(minutes: number) {
    for (let half = 0; half < minutes * 2; half++) {
      world.advance(30_000);
      await watch.check();
    }
  }
  const setUp = (up: boolean | null) => {
    isUp = up;
  };
  return { ...site, world, watch, pass, setUp, hub: link, credited: () => credited, backs: () => backs };
}

test("[BEY-14] an outage is noticed by the router's pings, and time plans get it back, through a power cut too", async () => {
  const { access, pass, setUp, watch, log, state, world, credited } = siteOf();
  access.logIn(logInRequest("HOUR1", ""));
  const [used] = state.grants.values();
  const before = used?.grant.endsAtMs ?? 0;
  await pass(10);
  expect(watch.state).toBe("up");
  setUp(false);
  await pass(30);
  expect(watch.state).toBe("down");
  setUp(true);
  await pass(1);
  expect(watch.state).toBe("up");
  const gained = (used?.grant.endsAtMs ?? 0) - before;
  expect(gained).toBeGreaterThanOrEqual(30 * 60_000);
  expect(gained).toBeLessThanOrEqual(31 * 60_000);
  expect(credited()).toBe(1);
  const folded = foldOf([...log.records, ...log.records]);
  expect([...folded.grants.values()][0]?.grant.endsAtMs).toBe(used?.grant.endsAtMs);
  world.advance(3_600_000 - 41 * 60_000);
  expect(access.logIn(logInRequest("HOUR1", "")).kind).toBe("accept");
});

test.each([
  ["gets an outage back too", 7200, 30],
  ["gets nothing back where all of it is over before the outage", 1800, 0],
])("[BEY-14] [BEY-21] who runs on time that staff gave %s, also after a power cut", async (_, given, minutes) => {
  const { access, catalogue, pass, setUp, put, log, state } = siteOf();
  access.logIn(logInRequest("HOUR1", ""));
  const [grantId = ""] = [...state.grants.keys()];
  const endOf = () => catalogue.grantOf(grantId)?.endsAtMs ?? 0;
  const gift = { grantId, seconds: seconds(given), useSeconds: 0, dataBytes: 0 };
  put({ kind: "grant-change", key: grantId, body: gift });
  const before = endOf();
  await pass(95);
  setUp(false);
  await pass(30);
  setUp(true);
  await pass(1);
  expect(log.kinds()).toContain("outage-credited");
  expect(endOf() - before).toBeGreaterThanOrEqual(minutes * 60_000);
  expect(endOf() - before).toBeLessThanOrEqual(minutes * 62_000);
  const folded = foldOf([...log.records, ...log.records]);
  expect(folded.grants.get(grantId)?.grant.endsAtMs).toBe(state.grants.get(grantId)?.grant.endsAtMs);
});

test("[BEY-14] short outages give no credit, and without the provider's setting none does", async () => {
  const { pass, setUp, log, put } = siteOf(3600);
  await pass(2);
  setUp(false);
  await pass(30);
  setUp(true);
  await pass(1);
  put({ kind: "provider", key: "provider", body: { name: "Baraka", locale: "en" } });
  setUp(false);
  await pass(90);
  setUp(true);
  await pass(1);
  expect(log.kinds()).not.toContain("outage-credited");
});

test("the link is notified once when the router reaches the internet again, and checks sooner during the outage", async () => {
  const { watch, setUp, pass, backs, world } = siteOf(600, "away");
  await pass(5);
  expect(backs()).toBe(1); // the first sign of it
  setUp(false);
  await pass(10);
  expect(watch.state).toBe("down");
  watch.start();
  setUp(true);
  world.advance(10_000);
  await expect.poll(backs).toBe(2);
  await pass(5);
  expect(backs()).toBe(2);
  watch.stop();
});

test("[BEY-14] a hub that was away is no outage of the line: without pings there is no credit, and with them it begins where they failed", async () => {
  const { watch, log, pass, setUp, hub, world } = siteOf(600, "away");
  hub.heardMs = 0;
  setUp(null); // the router is not reached, or has no API
  await pass(60);
  expect(watch.state).toBe("down");
  hub.state = "connected";
  await pass(1);
  expect(watch.state).toBe("up");
  expect(log.kinds()).not.toContain("outage-credited");

  hub.state = "away";
  hub.heardMs = world.clock.monotonicMs();
  await pass(60);
  setUp(false);
  await pass(20);
  setUp(true);
  await pass(1);
  const minutes = log.records.flatMap((record) =>
    record.kind === "outage-credited" ? [(record.toMs - record.fromMs) / 60_000] : [],
  );
  expect(minutes).toEqual([20.5]);
});
