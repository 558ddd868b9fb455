import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRequestLane, type LaneLimits, waitMs } from "./request-lane.ts";

const limits: LaneLimits = { perWindow: 3, windowMs: 1000, inFlightMax: 2 };

test.each([
  ["nothing was sent", [], 0, 5000, 0],
  ["the window has room", [4500, 4600], 0, 5000, 0],
  ["the window is full", [4200, 4500, 4600], 0, 5000, 200],
  ["the window was full, long ago", [1000, 1100, 1200], 0, 5000, 0],
  ["too many are under way", [4900, 4901], 2, 5000, null],
] as const)("when %s, the next request may leave accordingly", (_, sent, inFlight, now, expected) => {
  expect(waitMs(limits, sent, inFlight, now)).toBe(expected);
});

test("no window ever holds more than its share, no more are under way at once, and everybody's wait ends", async () => {
  const arrival = fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), takesMs: fc.integer({ min: 1, max: 900 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 20 }), async (arrivals) => {
      const world = createSimulatedWorld();
      const lane = createRequestLane(world, limits);
      const sentAtMs: number[] = [];
      let inFlight = 0;
      let ended = 0;
      const pass = async (ms: number) => {
        for (let step = 0; step <= ms; step++) {
          for (let turn = 0; turn < 3; turn++) await Promise.resolve();
          if (step < ms) world.advance(1);
        }
      };
      const request = async (takesMs: number) => {
        const leave = await lane.enter(10_000);
        ended++;
        if (!leave) return;
        sentAtMs.push(world.clock.monotonicMs());
        expect(++inFlight).toBeLessThanOrEqual(limits.inFlightMax);
        world.clock.after(takesMs, () => {
          inFlight--;
          leave();
        });
      };
      for (const { afterMs, takesMs } of arrivals) {
        await pass(afterMs);
        void request(takesMs);
        await pass(0);
      }
      await pass(11_000);
      expect(ended).toBe(arrivals.length);
      for (const [index, atMs] of sentAtMs.entries()) {
        const earlier = sentAtMs[index - limits.perWindow];
        if (earlier !== undefined) expect(atMs - earlier).toBeGreaterThanOrEqual(limits.windowMs);
      }
    }),
    { numRuns: 30 },
  );
});

test("who waits too long is turned away, and the others keep their turn", async () => {
  const world = createSimulatedWorld();
  const lane = createRequestLane(world, { perWindow: 1, windowMs: 1000, inFlightMax: 5 });
  const first = await lane.enter(100);
  const [hasty, patient] = [lane.enter(500), lane.enter(5000)];
  world.advance(500);
  expect(await hasty).toBeNull();
  world.advance(500);
  expect(await patient).not.toBeNull();
  first?.();
});

test("what is first goes before what waited longer, in its own order", async () => {
  const world = createSimulatedWorld();
  const lane = createRequestLane(world, { perWindow: 1, windowMs: 1000, inFlightMax: 5 });
  (await lane.enter(100))?.();
  const order: string[] = [];
  const enter = (about: string, first: boolean) =>
    void lane.enter(9000, { about, first }).then(() => order.push(about));
  enter("a", false);
  enter("b", true);
  enter("c", false);
  enter("d", true);
  expect(lane.waiting()).toEqual(["b", "d", "a", "c"]);
  for (let second = 0; second < 5; second++) {
    world.advance(1000);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  }
  expect(order).toEqual(["b", "d", "a", "c"]);
});
