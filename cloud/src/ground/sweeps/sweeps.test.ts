/** Sweeps are asked together, in their own rhythm, and only those with work run. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { silentWorld } from "../../real-world.ts";
import type { Database } from "../db/database.ts";
import { useDatabase } from "../db/test-databases.ts";
import { createSweeps, type Sweep } from "./sweeps.ts";

const database = useDatabase("embedded");

/** Timers that the test runs by hand, at the moments for which they were set. */
function handClock() {
  const { clock, ...world } = silentWorld();
  const timers = new Set<{ readonly atMs: number; readonly task: () => void }>();
  let nowMs = 0;
  return {
    world: {
      ...world,
      clock: {
        wall: () => clock.wall(),
        monotonicMs: () => nowMs,
        after(delayMs: number, task: () => void) {
          const timer = { atMs: nowMs + delayMs, task };
          timers.add(timer);
          return { cancel: () => void timers.delete(timer) };
        },
      },
    },
    /** The next timer's moment. */
    next(): number {
      const [first] = [...timers].sort((one, other) => one.atMs - other.atMs);
      if (first === undefined) throw new Error("no timer");
      timers.delete(first);
      nowMs = first.atMs;
      first.task();
      return nowMs;
    },
    timers,
  };
}

test("[SYS-07] those whose time it is share one question, and only those with work run; each keeps its rhythm", async () => {
  const { world, next, timers } = handClock();
  let questions = 0;
  const asked: Database = {
    ...database.current(),
    asPlatform: (reason, work) => {
      questions++;
      return database.current().asPlatform(reason, work);
    },
  };
  const sweeps = createSweeps(world, asked);
  const ran: string[] = [];
  const sweep = (name: string, everyMs: number, hasWork: boolean): Sweep => ({
    name,
    everyMs,
    hasWork: () => sql<boolean>`${hasWork}::boolean`,
    run: async () => void ran.push(name),
  });
  sweeps.add(sweep("quick", 20_000, true));
  sweeps.add(sweep("idle", 20_000, false));
  const stop = sweeps.add(sweep("slow", 30_000, true));
  sweeps.start();
  const at: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    at.push(next());
    await expect.poll(() => timers.size).toBe(1);
  }
  expect(at).toEqual([20_000, 30_000, 40_000, 60_000]);
  expect(questions).toBe(4);
  expect(ran).toEqual(["quick", "slow", "quick", "quick", "slow"]);
  stop();
  await sweeps.askNow();
  expect(ran.at(-1)).toBe("quick");
  await sweeps.stop();
  expect(timers.size).toBe(0);
});

test("[SYS-07] where the question fails, all that were in it run, and they are asked again", async () => {
  const { world, next, timers } = handClock();
  const sweeps = createSweeps(world, database.current());
  const ran: string[] = [];
  sweeps.add({
    name: "broken",
    everyMs: 20_000,
    hasWork: () => sql<boolean>`exists (select from no_such_table)`,
    run: async () => void ran.push("broken"),
  });
  sweeps.add({
    name: "sound",
    everyMs: 20_000,
    hasWork: () => sql<boolean>`false`,
    async run() {
      ran.push("sound");
      throw new Error("the database is away");
    },
  });
  sweeps.start();
  next();
  await expect.poll(() => timers.size).toBe(1);
  expect(ran).toEqual(["broken", "sound"]);
  expect(next()).toBe(40_000);
  await expect.poll(() => timers.size).toBe(1);
  await sweeps.stop();
  expect(ran).toEqual(["broken", "sound", "broken", "sound"]);
});
