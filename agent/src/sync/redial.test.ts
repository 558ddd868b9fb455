import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createHubLink, type HubLinkParts } from "./link.ts";
import { createRedialPause } from "./redial-pause.ts";

/** Lets what was resolved run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A link whose hub never answers; `dial` counts. */
function linkOf(world: SimulatedWorld, dial: (signal: AbortSignal) => Promise<never>, isWanUp = false) {
  let dials = 0;
  const parts = {
    dial: (signal: AbortSignal) => {
      dials += 1;
      return dial(signal);
    },
    identity: async () => ({}),
    journal: {},
    feed: {},
    agentVersion: "0.1.0",
    requests: [],
    isWanUp: () => isWanUp,
  } as unknown as HubLinkParts;
  const link = createHubLink(world, parts);
  /** Turns the clock until there were so many dials; gives how long that took, up to `msMax`. */
  async function untilDials(count: number, msMax: number): Promise<number> {
    const fromMs = world.clock.monotonicMs();
    await settle();
    while (dials < count && world.clock.monotonicMs() - fromMs < msMax) {
      world.advance(100);
      await settle();
    }
    return world.clock.monotonicMs() - fromMs;
  }
  return { link, untilDials, dials: () => dials };
}
const refused = () => Promise.reject(new Error("connection refused"));

test("[PAY-01] a hub that was away for long is tried within a second of somebody's wish to buy, and not at once", async () => {
  const waits: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const world = createSimulatedWorld(seed);
    const { link, untilDials, dials } = linkOf(world, refused);
    await untilDials(12, 10_000_000);
    world.advance(50_000 * (seed % 2)); // somewhere within a pause of up to two minutes
    await settle();
    const before = dials();
    link.redialSoon();
    waits.push(await untilDials(before + 1, 5000));
    await link.close();
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
  expect(new Set(waits).size).toBeGreaterThan(3);
});

test("a dial that was begun in the outage and hangs is given up for a new one", async () => {
  const world = createSimulatedWorld();
  const { link, untilDials, dials } = linkOf(world, () => new Promise<never>(() => {}));
  await untilDials(1, 5000);
  world.advance(3000);
  link.redialSoon();
  await untilDials(2, 2000);
  expect(dials()).toBe(1); // too young to be given up
  world.advance(6000);
  link.redialSoon();
  expect(await untilDials(2, 5000)).toBeLessThanOrEqual(1000);
  await link.close();
});

test("there is one dial at a time: what is given up ends before the next begins, and the agent's end ends the last", async () => {
  const world = createSimulatedWorld();
  let open = 0;
  const most: number[] = [];
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      open += 1;
      most.push(open);
      signal.addEventListener("abort", () => {
        open -= 1;
        reject(new Error("given up"));
      });
    });
  const { link, untilDials } = linkOf(world, hang);
  for (let dials = 1; dials <= 6; dials++) {
    await untilDials(dials, 60_000);
    world.advance(50_000 * (dials % 2)); // by itself, or hurried
    link.redialSoon();
    await settle();
  }
  expect(most.length).toBeGreaterThanOrEqual(6);
  expect(Math.max(...most)).toBe(1);
  await link.close();
  await settle();
  expect(open).toBe(0);
});

test("a shop full of people who would like to buy is no storm at a hub that stays away", async () => {
  const world = createSimulatedWorld();
  const { link, dials } = linkOf(world, refused, true);
  for (let second = 0; second < 600; second++) {
    link.redialSoon();
    world.advance(1000);
    await settle();
  }
  // Ten minutes: by itself some 45 times, by the crowd some 18 times more.
  expect(dials()).toBeLessThan(90);
  await link.close();
  const closedAt = dials();
  link.redialSoon();
  world.advance(100_000);
  await settle();
  expect(dials()).toBe(closedAt);
});

test("ten thousand sites whose internet comes back at one moment do not dial at one moment", async () => {
  const world = createSimulatedWorld();
  const dialledAtMs: number[] = [];
  const pauses = Array.from({ length: 1000 }, () => createRedialPause(world));
  for (const pause of pauses) void pause.wait(60_000, true).then(() => dialledAtMs.push(world.clock.monotonicMs()));
  const fromMs = world.clock.monotonicMs();
  for (const pause of pauses) pause.shorten();
  for (let step = 0; step < 20; step++) {
    world.advance(50);
    await settle();
  }
  expect(dialledAtMs).toHaveLength(1000);
  const perTenth = Map.groupBy(dialledAtMs, (atMs) => Math.floor((atMs - fromMs) / 101));
  expect(Math.max(...[...perTenth.values()].map((some) => some.length))).toBeLessThan(200);
});
