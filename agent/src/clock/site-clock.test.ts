import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { openSiteClock } from "./site-clock.ts";

const nowMs = Date.UTC(2026, 10, 20, 12);
const in1970Ms = 86_400_000;
const hourMs = 3_600_000;

async function clockOf(options: {
  systemMs: number;
  quality: "synced" | "estimated" | "unknown";
  hasHub: boolean;
  journalAtMs?: number;
}) {
  const world = createSimulatedWorld();
  world.setWall(options.systemMs, options.quality);
  const folder = createFaultyFolder(world);
  const clock = await openSiteClock(world.clock, {
    folder,
    hasHub: options.hasHub,
    journalAtMs: options.journalAtMs ?? 0,
  });
  const steps: number[] = [];
  clock.onCorrected((stepMs) => void steps.push(stepMs));
  clock.start();
  return { world, folder, clock, steps };
}

test("a machine with a plausible date and no hub is believed at once", async () => {
  const { clock } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
  expect(clock.wall()).toEqual({ atMs: nowMs, quality: "synced" });
});

test("[BEY-11] a router in 1970 with an empty data folder does not know the time, and takes NTP's when it comes", async () => {
  const { clock, world, steps } = await clockOf({ systemMs: in1970Ms, quality: "unknown", hasHub: true });
  expect(clock.wall().quality).toBe("unknown");
  world.setWall(nowMs, "estimated");
  world.advance(10_000);
  expect(clock.wall()).toEqual({ atMs: nowMs + 10_000, quality: "synced" });
  expect(steps).toHaveLength(1);
});

test("[BEY-11] a router in 1970 goes on from the last time it knew, forward only", async () => {
  const { clock, world } = await clockOf({ systemMs: in1970Ms, quality: "unknown", hasHub: true, journalAtMs: nowMs });
  expect(clock.wall()).toEqual({ atMs: nowMs, quality: "estimated" });
  world.advance(5000);
  world.setWall(in1970Ms + 999, "unknown");
  world.advance(60_000);
  expect(clock.wall()).toEqual({ atMs: nowMs + 65_000, quality: "estimated" });
});

test("the hub's word steps the clock either way, by a stated amount, and NTP does not overrule it", async () => {
  const { clock, world, steps } = await clockOf({
    systemMs: in1970Ms,
    quality: "unknown",
    hasHub: true,
    journalAtMs: nowMs,
  });
  clock.setFromHub(nowMs + hourMs);
  clock.setFromHub(nowMs + hourMs + 500);
  clock.setFromHub(nowMs - hourMs);
  expect(steps).toEqual([hourMs, -2 * hourMs]);
  world.setWall(nowMs + 20_000, "estimated");
  world.advance(60_000);
  expect(clock.wall()).toEqual({ atMs: nowMs - hourMs + 60_000, quality: "synced" });
});

test("NTP that disagrees with the estimate counts only when the hub has been away for long", async () => {
  const { clock, world, steps } = await clockOf({
    systemMs: nowMs + 3 * hourMs,
    quality: "estimated",
    hasHub: true,
    journalAtMs: nowMs,
  });
  expect(clock.wall().quality).toBe("estimated");
  world.advance(9 * 60_000);
  expect(clock.wall()).toEqual({ atMs: nowMs + 9 * 60_000, quality: "estimated" });
  world.advance(2 * 60_000);
  expect(clock.wall().quality).toBe("synced");
  expect(steps).toEqual([3 * hourMs]);
});

test("NTP that agrees with the estimate counts at once", async () => {
  const { clock } = await clockOf({ systemMs: nowMs + 60_000, quality: "estimated", hasHub: true, journalAtMs: nowMs });
  expect(clock.wall()).toEqual({ atMs: nowMs + 60_000, quality: "synced" });
  expect(clock.openingStepMs).toBe(60_000);
});

test("a clock that jumps back to 1970 while we run is not followed", async () => {
  const { clock, world, steps } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
  world.setWall(in1970Ms, "unknown");
  world.advance(hourMs);
  expect(clock.wall().atMs).toBe(nowMs + hourMs);
  expect(steps).toEqual([]);
});

const minuteMs = 60_000;

test.each([
  ["ahead", 3 * hourMs],
  ["behind", -3 * hourMs],
  ["40 days ahead", 40 * 24 * hourMs],
])(
  "a date %s that nobody vouches for is not followed, and makes ours a guess until the two agree again",
  async (_, byMs) => {
    const { clock, world, steps } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
    world.advance(24 * hourMs);
    expect(clock.isProven).toBe(true);
    const fromMs = nowMs + 24 * hourMs;
    world.setWall(fromMs + byMs, "estimated");
    world.advance(59 * minuteMs);
    expect(clock.wall()).toEqual({ atMs: fromMs + 59 * minuteMs, quality: "estimated" });
    expect(clock.isProven).toBe(false);
    world.setWall(fromMs + 59 * minuteMs, "estimated");
    world.advance(minuteMs);
    expect(clock.wall()).toEqual({ atMs: fromMs + hourMs, quality: "synced" });
    expect(steps).toEqual([0]);
    expect(clock.isProven).toBe(false);
  },
);

test("a date that the system insists on for an hour is taken, and proves nothing for a day", async () => {
  const { clock, world, steps } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
  world.setWall(nowMs + 3 * hourMs, "estimated");
  world.advance(61 * minuteMs);
  expect(steps).toEqual([3 * hourMs]);
  expect(clock.wall()).toEqual({ atMs: nowMs + 3 * hourMs + 61 * minuteMs, quality: "synced" });
  expect(clock.isProven).toBe(false);
  world.advance(24 * hourMs);
  expect(clock.isProven).toBe(true);
});

test("a system that says something else every few minutes insists on nothing", async () => {
  const { clock, world, steps } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
  for (let minutes = 0; minutes < 180; minutes += 20) {
    world.setWall(nowMs + minutes * minuteMs + (3 + minutes) * hourMs, "estimated");
    world.advance(20 * minuteMs);
  }
  expect(steps).toEqual([]);
  expect(clock.wall().atMs).toBe(nowMs + 180 * minuteMs);
});

test("what the hub told is proven at once, and no insisting moves it", async () => {
  const { clock, world } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: true });
  clock.setFromHub(nowMs);
  expect(clock.isProven).toBe(true);
  world.setWall(nowMs + 3 * hourMs, "estimated");
  world.advance(5 * hourMs);
  expect(clock.wall()).toEqual({ atMs: nowMs + 5 * hourMs, quality: "synced" });
  expect(clock.isProven).toBe(true);
});

test("while the journal is written, its stamps keep the time, and no write is spent on it", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  let lastStampMs = 0;
  const clock = await openSiteClock(world.clock, {
    folder,
    hasHub: false,
    journalAtMs: 0,
    lastStampMs: () => lastStampMs,
  });
  clock.start();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  const before = folder.operations;
  for (let minutes = 0; minutes < 60; minutes++) {
    lastStampMs = clock.wall().atMs;
    world.advance(minuteMs);
  }
  await settled();
  expect(folder.operations).toBe(before);
  world.advance(20 * minuteMs); // nothing happens at the site
  await settled();
  expect(folder.operations).toBeGreaterThan(before);
});

test("the time is written down now and then, and read back after a power cut", async () => {
  const { world, folder } = await clockOf({ systemMs: nowMs, quality: "synced", hasHub: false });
  world.advance(hourMs);
  await new Promise((resolve) => setImmediate(resolve));
  const again = await openSiteClock(createSimulatedWorld().clock, { folder, hasHub: true, journalAtMs: 0 });
  expect(again.wall().atMs).toBeGreaterThanOrEqual(nowMs + hourMs - 600_000);
  await folder.replace("clock.json", new TextEncoder().encode("{broken"));
  const world1970 = createSimulatedWorld();
  world1970.setWall(in1970Ms, "unknown");
  const damaged = await openSiteClock(world1970.clock, { folder, hasHub: true, journalAtMs: nowMs });
  expect(damaged.wall()).toEqual({ atMs: nowMs, quality: "estimated" });
});
