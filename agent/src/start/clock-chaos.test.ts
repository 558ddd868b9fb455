/**
 * NO-THEFT and NO-GIFT under a clock without a battery: power cuts, 1970, NTP that comes late, and dates that are plausible
 * and wrong, ahead and behind.
 */

import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { logInRequest, siteFileOf } from "../access/test-site.ts";
import { type Agent, createAgent } from "./agent.ts";

const siteFile = siteFileOf({
  plans: [{ name: "hour", validitySeconds: 3600 }],
  vouchers: [{ code: "HOUR1", plan: "hour" }],
});
const minuteMs = 60_000;
const theftMsMax = 5 * minuteMs;
const in1970Ms = 86_400_000;

type Step =
  | { readonly do: "run"; readonly minutes: number }
  /** Power is away for so long; then the router boots in 1970, with the right time at once, where its clock stood, or with a wrong date. */
  | { readonly do: "power-cut"; readonly minutes: number; readonly wakes: Wakes; readonly wrongByMinutes: number }
  /** The router's NTP client says that it is synchronised. */
  | { readonly do: "ntp" }
  /** The system's clock is wrong by so much; then it is right again. Nobody vouches for either. */
  | { readonly do: "jump"; readonly byMinutes: number; readonly minutes: number };
type Wakes = "in 1970" | "right" | "where it stood" | "wrong";

const anyWrong = fc.oneof(
  fc.integer({ min: -40 * 24 * 60, max: 40 * 24 * 60 }),
  fc.integer({ min: -5, max: 5 }), // too little to be noticed, and again and again
);
const anyStepOf = (...wakes: Wakes[]): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({ do: fc.constant("run" as const), minutes: fc.integer({ min: 1, max: 20 }) }),
    fc.record({
      do: fc.constant("power-cut" as const),
      minutes: fc.integer({ min: 0, max: 30 }),
      wakes: fc.constantFrom(...wakes),
      wrongByMinutes: anyWrong,
    }),
    fc.constant({ do: "ntp" as const }),
    fc.record({ do: fc.constant("jump" as const), byMinutes: anyWrong, minutes: fc.integer({ min: 1, max: 50 }) }),
  );

/** A site whose true time is kept beside it. */
async function siteOf(starts: Wakes) {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const bornMs = Date.UTC(2026, 10, 20, 12);
  let offMs = 0;
  let agent: Agent;
  const trueMs = () => bornMs + world.clock.monotonicMs() + offMs;
  const tellTime = (wakes: Wakes, { stoodAtMs = 0, wrongByMinutes = 3 * 24 * 60 } = {}) => {
    if (wakes === "in 1970") world.setWall(in1970Ms, "unknown");
    else if (wakes === "wrong") world.setWall(trueMs() + wrongByMinutes * minuteMs, "estimated");
    else world.setWall(wakes === "right" ? trueMs() : stoodAtMs, "estimated");
  };

  async function boot(wakes: Wakes, clock?: { stoodAtMs: number; wrongByMinutes: number }) {
    tellTime(wakes, clock);
    agent = createAgent(
      world,
      { folder, udp: { bind: () => Promise.reject(new Error("none")) }, dialHub: null },
      { version: "1", radius: null, hub: null, siteFile, interimFlushSeconds: 60 },
    );
    await agent.start();
  }
  await boot(starts);
  return {
    trueMs,
    /** Time that the agent ran. */
    ranMs: () => world.clock.monotonicMs(),
    running: () => agent,
    async take(step: Step, eachMinute = async () => {}) {
      if (step.do === "run") for (let minute = 0; minute < step.minutes; minute++) world.advance(minuteMs);
      if (step.do === "ntp") this.hearNtp();
      if (step.do === "jump") await this.jump(step, eachMinute);
      if (step.do !== "power-cut") return;
      await agent.stop();
      const stoodAtMs = world.clock.wall().atMs;
      offMs += step.minutes * minuteMs;
      await boot(step.wakes, { stoodAtMs, wrongByMinutes: step.wrongByMinutes });
    },
    hearNtp() {
      world.setWall(trueMs(), "synced");
      world.advance(10_000);
    },
    async jump({ byMinutes, minutes }: Extract<Step, { do: "jump" }>, eachMinute: () => Promise<void>) {
      world.setWall(trueMs() + byMinutes * minuteMs, "estimated");
      for (let minute = 0; minute < minutes; minute++) {
        world.advance(minuteMs);
        await eachMinute();
      }
      world.setWall(trueMs(), "estimated");
      world.advance(10_000);
    },
    /** 0: turned away. */
    async secondsLeft(): Promise<number> {
      const decision = agent.access.logIn(logInRequest("HOUR1", ""));
      if (decision.kind === "accept") await decision.durable;
      return decision.kind === "accept" ? (decision.limits.sessionSeconds ?? Number.NaN) : 0;
    },
    async logIn(): Promise<"accept" | "reject"> {
      const decision = agent.access.logIn(logInRequest("HOUR1", ""));
      if (decision.kind === "accept") await decision.durable;
      return decision.kind;
    },
  };
}

const anyWaking = anyStepOf("in 1970", "right", "where it stood", "wrong");
const anyStart = fc.constantFrom<Wakes>("in 1970", "right", "wrong");

test("[BEY-11] NO-THEFT: no clock's error takes more than five minutes of an hour from its holder, and none makes it longer", async () => {
  await fc.assert(
    fc.asyncProperty(anyStart, fc.array(anyWaking, { maxLength: 12 }), async (starts, steps) => {
      const site = await siteOf(starts);
      expect(await site.logIn()).toBe("accept");
      const [startedMs, ranMs] = [site.trueMs(), site.ranMs()];
      const isServed = async () => {
        const usedMs = site.trueMs() - startedMs;
        if (usedMs < 60 * minuteMs - theftMsMax) expect(await site.logIn()).toBe("accept");
        // What the router was off for counts once the time is proved. Until then the hour is an hour of running time.
        if (site.ranMs() - ranMs > 65 * minuteMs) expect(await site.logIn()).toBe("reject");
      };
      for (const step of steps) {
        await site.take(step, isServed);
        await isServed();
      }
      await site.running().stop();
    }),
    { numRuns: isLongRun ? 150 : 40 },
  );
});

test.each<[string, Wakes]>([
  ["1970", "in 1970"],
  ["a wrong date", "wrong"],
])("[BEY-11] in %s an hour is an hour, across restarts too", async (_, starts) => {
  const site = await siteOf(starts);
  expect(await site.secondsLeft()).toBe(3600);
  await site.take({ do: "run", minutes: 20 });
  expect(await site.secondsLeft()).toBe(2400);
  await site.take({ do: "power-cut", minutes: 30, wakes: starts, wrongByMinutes: 600 });
  expect(await site.secondsLeft()).toBeGreaterThan(2390);
  expect(await site.secondsLeft()).toBeLessThanOrEqual(2400);
  await site.take({ do: "run", minutes: 41 });
  expect(await site.logIn()).toBe("reject");
  await site.running().stop();
});

test.each([2 * 60, 3 * 24 * 60, 7 * 24 * 60 - 1, 40 * 24 * 60])(
  "[BEY-11] NO-THEFT: a router that boots %i minutes ahead ends nothing, until NTP proves a time",
  async (wrongByMinutes) => {
    const site = await siteOf("right");
    site.hearNtp();
    expect(await site.logIn()).toBe("accept");
    await site.take({ do: "power-cut", minutes: 1, wakes: "wrong", wrongByMinutes });
    await site.take({ do: "run", minutes: 20 });
    expect(await site.logIn()).toBe("accept");
    await site.take({ do: "ntp" });
    const left = await site.secondsLeft();
    expect(left).toBeGreaterThan(38 * 60);
    expect(left).toBeLessThanOrEqual(39 * 60);
    await site.running().stop();
  },
);

test("[BEY-11] NO-THEFT: an hour that began after a night without power keeps its rest, though the time was proved before that night", async () => {
  const site = await siteOf("right");
  site.hearNtp();
  // RouterOS goes on from the date that it had: the saved time and the system's agree, and both lack the night.
  await site.take({ do: "power-cut", minutes: 8 * 60, wakes: "where it stood", wrongByMinutes: 0 });
  expect(await site.secondsLeft()).toBe(3600);
  await site.take({ do: "run", minutes: 20 });
  await site.take({ do: "power-cut", minutes: 1, wakes: "where it stood", wrongByMinutes: 0 });
  await site.take({ do: "ntp" });
  await site.take({ do: "run", minutes: 1 });
  expect(site.running().clock.wall().atMs).toBe(site.trueMs());
  const left = await site.secondsLeft();
  expect(left).toBeGreaterThan(38 * 60);
  expect(left).toBeLessThanOrEqual(39 * 60);
  await site.running().stop();
});

test("[BEY-11] NO-GIFT: an hour that began at a proved time is over by true time, once the time is proved again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWaking, { maxLength: 12 }), async (steps) => {
      const site = await siteOf("right");
      site.hearNtp();
      expect(site.running().clock.wall().quality).toBe("synced");
      expect(await site.logIn()).toBe("accept");
      const startedMs = site.trueMs();
      for (const step of [...steps, { do: "ntp" } as const]) await site.take(step);
      expect(site.running().clock.wall().quality).toBe("synced");
      const usedMs = site.trueMs() - startedMs;
      if (usedMs >= 61 * minuteMs) expect(await site.logIn()).toBe("reject");
      await site.running().stop();
    }),
    { numRuns: isLongRun ? 60 : 20 },
  );
});

test("[BEY-11] NO-GIFT: no grant gets more than a whole hour at a time, and in the end NTP counts, from every earlier clock", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWaking, { maxLength: 12 }), async (steps) => {
      const site = await siteOf("right");
      const isBounded = async () => expect(await site.secondsLeft()).toBeLessThanOrEqual(3600);
      await isBounded();
      for (const step of steps) {
        await site.take(step, isBounded);
        await isBounded();
      }
      site.hearNtp();
      for (let minutes = 0; minutes < 80; minutes += 20) await site.take({ do: "run", minutes: 20 });
      expect(site.running().clock.wall()).toEqual({ atMs: site.trueMs(), quality: "synced" });
      expect(await site.logIn()).toBe("reject");
      await site.running().stop();
    }),
    { numRuns: isLongRun ? 60 : 20 },
  );
});
