import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createRouterTime } from "./router-time.ts";

const nowMs = Date.UTC(2026, 10, 20, 12);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What the agent makes of a router that says this time. Resolves with how often it vouched. */
async function trustAfter(synchronisedMs: () => Promise<number | null>, quality: "synced" | "estimated" = "estimated") {
  const world = createSimulatedWorld();
  world.setWall(nowMs, "estimated");
  let asked = 0;
  let trusted = 0;
  const recordWall = () => ({ ...world.clock.wall(), quality: trusted > 0 ? ("synced" as const) : quality });
  const clock = { recordWall, hasHubTime: false, trustSystem: () => void trusted++ };
  const router = {
    synchronisedMs() {
      asked++;
      return synchronisedMs();
    },
  };
  const time = createRouterTime(world, clock, router);
  time.start();
  for (let halfMinutes = 0; halfMinutes < 4; halfMinutes++) {
    world.advance(30_000);
    await turn();
  }
  time.stop();
  return { asked, trusted };
}

test("[BEY-11] a router whose NTP client is synchronised vouches for the date, and is not asked again", async () => {
  let answers = 0;
  expect(await trustAfter(async () => (++answers === 1 ? null : nowMs + 60_000))).toEqual({ asked: 2, trusted: 1 });
});

test("a router whose clock is not this machine's vouches for nothing", async () => {
  expect((await trustAfter(async () => nowMs - 3_600_000)).trusted).toBe(0);
});

test("a router that does not answer is asked again, and one that is not needed is not asked", async () => {
  expect(await trustAfter(() => Promise.reject(new Error("no answer")))).toEqual({ asked: 4, trusted: 0 });
  expect(await trustAfter(async () => nowMs, "synced")).toEqual({ asked: 0, trusted: 0 });
});

test("[BEY-11] a router in 1970 gets the time that the hub told, and no other time", async () => {
  for (const hasHubTime of [true, false]) {
    const world = createSimulatedWorld();
    world.setWall(86_400_000, "unknown");
    const set: number[] = [];
    const clock = {
      recordWall: () => ({ atMs: unixMs(nowMs), quality: hasHubTime ? ("synced" as const) : ("estimated" as const) }),
      hasHubTime,
      trustSystem: () => {},
    };
    const setLostClock = async (toMs: number) => {
      set.push(toMs);
      world.setWall(toMs, "estimated");
      return true;
    };
    const time = createRouterTime(world, clock, { synchronisedMs: async () => null, setLostClock });
    time.start();
    for (let halfMinutes = 0; halfMinutes < 4; halfMinutes++) {
      world.advance(30_000);
      await turn();
    }
    time.stop();
    expect(set).toEqual(hasHubTime ? [nowMs] : []);
  }
});
