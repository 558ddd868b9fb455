import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";
import { createVirtualTime } from "./virtual-time.ts";

test("timers run in order of time, then of being set, and never while work is in flight", async () => {
  const time = createVirtualTime(1_000_000);
  const clock = time.clock();
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b at ${clock.wall().atMs}`));
  clock.after(10, () => {
    seen.push("a");
    void time.track(
      (async () => {
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        seen.push("slow work of a");
      })(),
    );
  });
  clock.after(20, () => seen.push("c"));
  const cancelled = clock.after(5, () => seen.push("never"));
  cancelled.cancel();
  await time.advance(30);
  expect(seen).toEqual(["a", "slow work of a", "b at 1000020", "c"]);
  expect(time.nowMs()).toBe(30);
});

test("work that nobody tracked, and that ends after quiet was declared, is counted where somebody looks", async () => {
  let ends: (() => void) | null = null;
  const time = createVirtualTime(0, { everyNth: 2, wait: async () => ends?.() });
  const clock = time.clock();
  await time.advance(0);
  expect(time.lateWork()).toBe(0);
  ends = () => {
    clock.after(1, () => {});
    ends = null;
  };
  await time.advance(5);
  expect(time.lateWork()).toBe(1);
});

test("a stopped clock (power cut) runs nothing more", async () => {
  const time = createVirtualTime(0);
  const clock = time.clock();
  let ran = false;
  clock.after(5, () => {
    ran = true;
  });
  clock.stop();
  await time.advance(10);
  expect(ran).toBe(false);
});

test("a seed repeats its bytes, another does not", () => {
  const first = seededRandom(7).bytes(64);
  expect(seededRandom(7).bytes(64)).toEqual(first);
  expect(seededRandom(8).bytes(64)).not.toEqual(first);
});
