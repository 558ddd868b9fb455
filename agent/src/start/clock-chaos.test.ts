/**
 * NO-THEFT and NO-GIFT under a clock without a battery: power cuts, 1970, NTP that comes late, and dates that are plausible
 * and wrong, ahead and behind.
 */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
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
  /** Power is away for so long; then the router boots in 1970, with the right time at once, or where its clock stood. */
  | { readonly do: "power-cut"; readonly minutes: number; readonly wakes: Wakes }
  | { readonly do: "ntp" }
  /** The system's clock is wrong by so much, for less than what would be insisting; then it is right again. */
  | { readonly do: "jump"; readonly byMinutes: number; readonly minutes: number };
type Wakes = "in 1970" | "right" | "where it stood";

const anyStepOf = (...wakes: Wakes[]): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({ do: fc.constant("run" as const), minutes: fc.integer({ min: 1, max: 20 }) }),
    fc.record({
      do: fc.constant("power-cut" as const),
      minutes: fc.integer({ min: 0, max: 30 }),
      wakes: fc.constantFrom(...wakes),
    }),
    fc.constant({ do: "ntp" as const }),
    fc.record({
      do: fc.constant("jump" as const),
      byMinutes: fc.integer({ min: -40 * 24 * 60, max: 40 * 24 * 60 }),
      minutes: fc.integer({ min: 1, max: 50 }),
    }),
  );

/** A site whose true time is kept beside it. */
async function siteOf(startsKnowing: boolean) {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const bornMs = Date.UTC(2026, 10, 20, 12);
  let offMs = 0;
  let agent: Agent;
  const trueMs = () => bornMs + world.clock.monotonicMs() + offMs;
  const tellTime = (wakes: Wakes, stoodAtMs = 0) => {
    if (wakes === "in 1970") world.setWall(in1970Ms, "unknown");
    else world.setWall(wakes === "right" ? trueMs() : stoodAtMs, "estimated");
  };

  async function boot(wakes: Wakes, stoodAtMs?: number) {
    tellTime(wakes, stoodAtMs);
    agent = createAgent(
      world,
      { folder, udp: { bind: () => Promise.reject(new Error("none")) }, dialHub: null },
      { version: "1", radius: null, hub: null, siteFile, interimFlushSeconds: 60 },
    );
    await agent.start();
  }
  await boot(startsKnowing ? "right" : "in 1970");
  return {
    trueMs,
    running: () => agent,
    async take(step: Step, eachMinute = async () => {}) {
      if (step.do === "run") for (let minute = 0; minute < step.minutes; minute++) world.advance(minuteMs);
      if (step.do === "ntp") this.hearNtp();
      if (step.do === "jump") await this.jump(step, eachMinute);
      if (step.do !== "power-cut") return;
      await agent.stop();
      const stoodAtMs = world.clock.wall().atMs;
      offMs += step.minutes * minuteMs;
      await boot(step.wakes, stoodAtMs);
    },
    hearNtp() {
      tellTime("right");
      world.advance(10_000);
    },
    async jump({ byMinutes, minutes }: Extract<Step, { do: "jump" }>, eachMinute: () => Promise<void>) {
      // After a power cut the agent can't check the first date that it gets, because it knows no other.
      if (agent.clock.wall().quality !== "synced") return;
      world.setWall(trueMs() + byMinutes * minuteMs, "estimated");
      for (let minute = 0; minute < minutes; minute++) {
        world.advance(minuteMs);
        await eachMinute();
      }
      this.hearNtp();
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

const anyWaking = anyStepOf("in 1970", "right", "where it stood");

test("[BEY-11] NO-THEFT: no clock's error takes more than five minutes of an hour from its holder", async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(anyWaking, { maxLength: 12 }), async (startsKnowing, steps) => {
      const site = await siteOf(startsKnowing);
      expect(await site.logIn()).toBe("accept");
      const startedMs = site.trueMs();
      const isServed = async () => {
        const usedMs = site.trueMs() - startedMs;
        if (usedMs < 60 * minuteMs - theftMsMax) expect(await site.logIn()).toBe("accept");
      };
      for (const step of steps) {
        await site.take(step, isServed);
        await isServed();
      }
      await site.running().stop();
    }),
    { numRuns: 60 },
  );
});

test("[BEY-11] NO-GIFT: an hour that began at a known time is over by true time, once the time is known again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStepOf("in 1970", "right"), { maxLength: 12 }), async (steps) => {
      const site = await siteOf(true);
      expect(site.running().clock.wall().quality).toBe("synced");
      expect(await site.logIn()).toBe("accept");
      const startedMs = site.trueMs();
      for (const step of [...steps, { do: "ntp" } as const]) await site.take(step);
      expect(site.running().clock.wall().quality).toBe("synced");
      const usedMs = site.trueMs() - startedMs;
      if (usedMs >= 61 * minuteMs) expect(await site.logIn()).toBe("reject");
      await site.running().stop();
    }),
    { numRuns: 60 },
  );
});

test("[BEY-11] NO-GIFT: no grant gets more than a whole hour at a time, and in the end NTP counts, from every earlier clock", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWaking, { maxLength: 12 }), async (steps) => {
      const site = await siteOf(true);
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
    { numRuns: 60 },
  );
});
