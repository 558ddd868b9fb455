import { createVirtualTime } from "@karibu/lab/world/virtual-time";
import { expect, test } from "vitest";
import { createHubClock, isClockSure, readDatabaseClock } from "./hub-clock.ts";
import { engineSuite, realWorld, useDatabase } from "./test-databases.ts";

const startMs = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;

/** A machine and a database whose clocks are set; both go on by the same true time. */
function machineAndDatabase() {
  const time = createVirtualTime(startMs);
  const set = { machineMs: 0, databaseMs: 0, roundTripMs: 0, isAway: false };
  const own = time.clock({ offsetMs: () => set.machineMs });
  const hub = createHubClock(own);
  const logged: string[] = [];
  const log = {
    debug() {},
    info: (event: string) => void logged.push(event),
    warn: (event: string) => void logged.push(event),
    error() {},
  };
  async function ask(): Promise<number> {
    if (set.isAway) throw new Error("the database is away");
    if (set.roundTripMs > 0) time.skip(set.roundTripMs / 2);
    const there = time.trueMs() + set.databaseMs;
    if (set.roundTripMs > 0) time.skip(set.roundTripMs / 2);
    return there;
  }
  const offMs = () => hub.clock.wall().atMs - time.trueMs();
  return { time, set, hub, logged, offMs, isSure: () => isClockSure(hub), follow: () => hub.follow(ask, log) };
}

test("a process goes by its machine's clock while that and the database's agree, and by the database's where they differ", async () => {
  const { time, set, hub, logged, offMs, isSure, follow } = machineAndDatabase();
  set.machineMs = 45 * minuteMs;
  expect([offMs(), hub.aheadMs()], "before the database was asked").toEqual([45 * minuteMs, null]);
  await follow();
  expect([offMs(), hub.aheadMs(), isSure()]).toEqual([0, 45 * minuteMs, false]);
  set.machineMs = 1900;
  expect([offMs(), isSure()], "mended, which shows at once").toEqual([1900, true]);
  await time.advance(30_000);
  expect(logged).toEqual(["clock-differs-from-database", "clock-agrees-with-database"]);
  set.machineMs = -2100;
  expect([offMs(), isSure()], "differs, but is in no doubt").toEqual([0, true]);
  set.machineMs = -minuteMs;
  expect([offMs(), isSure()]).toEqual([0, false]);
  hub.stop();
});

test("a database whose clock is set is followed within half a minute, by all processes alike", async () => {
  const { time, set, offMs, isSure, follow } = machineAndDatabase();
  await follow();
  set.databaseMs = -20 * minuteMs;
  await time.advance(29_999);
  expect([offMs(), isSure()]).toEqual([0, true]);
  await time.advance(1);
  expect([offMs(), isSure()]).toEqual([-20 * minuteMs, false]);
});

test("while the database is away or slow its clock is known from before", async () => {
  const { time, set, offMs, follow } = machineAndDatabase();
  set.machineMs = 10 * minuteMs;
  await follow();
  set.isAway = true;
  await time.advance(60 * minuteMs);
  expect(offMs()).toBe(0);
  set.isAway = false;
  set.roundTripMs = 5000;
  set.databaseMs = 3 * minuteMs;
  await time.advance(minuteMs);
  expect(offMs(), "an answer that took five seconds says too little").toBe(0);
  set.roundTripMs = 1000;
  await time.advance(minuteMs);
  expect(offMs()).toBe(3 * minuteMs);
});

test("a slow first answer is taken for what it is worth, and the asking ends with the process", async () => {
  const { time, set, hub, offMs, follow } = machineAndDatabase();
  set.roundTripMs = 6000;
  set.machineMs = 4900;
  await follow();
  expect(offMs(), "three seconds are the answer's own").toBe(4900);
  hub.stop();
  set.roundTripMs = 0;
  await time.advance(10 * minuteMs);
  expect(offMs()).toBe(4900);
});

engineSuite("the database's clock", (engine) => {
  const database = useDatabase(engine);
  test("is read in milliseconds", async () => {
    const beforeMs = realWorld().clock.wall().atMs;
    const readMs = await database.current().asPlatform("clock", readDatabaseClock);
    expect(Number.isSafeInteger(readMs)).toBe(true);
    expect(Math.abs(readMs - beforeMs), "of the same machine").toBeLessThan(60_000);
  });
});
