import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { saveTime } from "./saved-time.ts";
import { openSiteClock } from "./site-clock.ts";

const nowMs = Date.UTC(2026, 10, 20, 12);
const in1970Ms = 86_400_000;
const minuteMs = 60_000;
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

test("[BEY-11] a date ahead at boot is not followed, however plausible, and shows beside our own", async () => {
  for (const aheadMs of [6 * minuteMs, 3 * hourMs, 6 * 24 * hourMs]) {
    const systemMs = nowMs + aheadMs;
    const { clock, world, steps } = await clockOf({ systemMs, quality: "estimated", hasHub: true, journalAtMs: nowMs });
    world.advance(23 * hourMs);
    const atMs = nowMs + 23 * hourMs;
    expect(clock.wall()).toEqual({ atMs, quality: "estimated", likelyMs: atMs + aheadMs });
    expect(steps).toEqual([]);
    world.setWall(atMs + aheadMs, "synced"); // a source that is trusted
    world.advance(10_000);
    expect(clock.wall()).toEqual({ atMs: atMs + aheadMs + 10_000, quality: "synced" });
    expect(steps).toEqual([aheadMs]);
  }
});

test("[BEY-11] the router's NTP client vouches for the system's date", async () => {
  const { clock, steps } = await clockOf({
    systemMs: nowMs + 3 * hourMs,
    quality: "estimated",
    hasHub: false,
    journalAtMs: nowMs,
  });
  expect(clock.recordWall().quality).toBe("estimated");
  clock.trustSystem();
  expect(clock.wall()).toEqual({ atMs: nowMs + 3 * hourMs, quality: "synced" });
  expect(clock.recordWall().quality).toBe("synced");
  expect(steps).toEqual([3 * hourMs]);
});

test("small steps that nobody vouches for add up to no more than five minutes", async () => {
  const { clock, world } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false, journalAtMs: nowMs });
  for (let minutes = 3; minutes <= 30; minutes += 3) {
    world.setWall(clock.wall().atMs + 3 * minuteMs, "estimated");
    world.advance(10_000);
  }
  expect(clock.wall().atMs - nowMs - 100_000).toBe(3 * minuteMs);
});

test("[BEY-11] within one boot of the router the time goes on while the agent does not run, and stays proved", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  let uptimeMs = 5_000_000;
  const open = (bootId: string) =>
    openSiteClock(world.clock, {
      folder,
      hasHub: true,
      journalAtMs: 0,
      kernel: { bootId, uptimeMs: () => uptimeMs },
    });
  world.setWall(in1970Ms, "unknown");
  const first = await open("one");
  first.setFromHub(nowMs);
  await first.stop();
  uptimeMs += 3 * hourMs;
  expect((await open("one")).wall()).toEqual({ atMs: nowMs + 3 * hourMs, quality: "synced" });
  // After a power cut nobody knows for how long the router was off.
  expect((await open("two")).wall()).toEqual({ atMs: nowMs, quality: "estimated" });
});

test("[BEY-11] after a power cut a date that agrees with the saved one proves nothing: both may stand where they stood", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const open = (bootId: string) =>
    openSiteClock(world.clock, { folder, hasHub: true, journalAtMs: 0, kernel: { bootId, uptimeMs: () => 60_000 } });
  world.setWall(nowMs, "estimated");
  const first = await open("one");
  first.setFromHub(nowMs);
  expect(first.recordWall().quality).toBe("synced");
  await first.stop();

  const second = await open("two");
  const steps: number[] = [];
  second.onCorrected((stepMs) => void steps.push(stepMs));
  expect(second.wall().quality).toBe("synced");
  expect(second.recordWall().quality).toBe("estimated");
  second.setFromHub(nowMs + 8 * hourMs);
  expect(second.recordWall()).toEqual({ atMs: nowMs + 8 * hourMs, quality: "synced" });
  expect(steps).toEqual([8 * hourMs]);
});

test("[BEY-11] a crash before grants moved from the unknown time to the known one moves them at the next start", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  await saveTime(folder, { atMs: nowMs, proved: true, unprovedMs: 0, kernel: null, dispute: null });
  world.setWall(in1970Ms, "unknown");
  const clock = await openSiteClock(world.clock, { folder, hasHub: true, journalAtMs: hourMs });
  expect(clock.openingStepMs).toBe(nowMs - hourMs);
});

test("[BEY-11] a crash after grants moved back with a correction, before the file knew of it: the time goes on from the journal's", async () => {
  const world = createSimulatedWorld();
  world.setWall(nowMs + 20 * minuteMs, "estimated");
  const folder = createFaultyFolder(world);
  const saved = { atMs: unixMs(nowMs + 19 * minuteMs), proved: false, unprovedMs: 0, kernel: null, dispute: null };
  const wallWith = async (correctedAtMs: number, time: object) => {
    await saveTime(folder, { ...saved, ...time });
    const clock = await openSiteClock(world.clock, {
      folder,
      hasHub: true,
      journalAtMs: nowMs,
      correctedAtMs: () => correctedAtMs,
    });
    return clock.wall().atMs - nowMs;
  };
  expect(await wallWith(0, {})).toBe(20 * minuteMs);
  expect(await wallWith(nowMs, {}), "an older agent's file").toBe(20 * minuteMs);
  expect(await wallWith(nowMs, { correctedAtMs: 0 })).toBe(0);
  expect(await wallWith(nowMs, { correctedAtMs: nowMs - hourMs })).toBe(0);
  expect(await wallWith(nowMs, { correctedAtMs: nowMs })).toBe(20 * minuteMs);
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
    expect(clock.wall()).toMatchObject({ atMs: fromMs + 59 * minuteMs, quality: "estimated" });
    expect(clock.isProven).toBe(false);
    world.setWall(fromMs + 59 * minuteMs, "estimated");
    world.advance(minuteMs);
    expect(clock.wall()).toEqual({ atMs: fromMs + hourMs, quality: "synced" });
    expect(steps).toEqual([0, 0]); // proved after a day, and synced again
    expect(clock.isProven).toBe(false);
  },
);

test("a date that the system insists on for a day of running time is taken, and lets nothing be deleted for another", async () => {
  const { clock, world, steps, folder } = await clockOf({ systemMs: nowMs, quality: "estimated", hasHub: false });
  world.setWall(nowMs + 3 * hourMs, "estimated");
  world.advance(20 * hourMs);
  await clock.stop();
  const ranMs = nowMs + 20 * hourMs;
  expect(steps).toEqual([]);

  // The router was off for an hour, and has the same idea of the date.
  const again = createSimulatedWorld();
  again.setWall(ranMs + 4 * hourMs, "estimated");
  const second = await openSiteClock(again.clock, { folder, hasHub: false, journalAtMs: ranMs });
  second.start();
  again.advance(3 * hourMs);
  expect(second.wall()).toMatchObject({ atMs: ranMs + 3 * hourMs, quality: "estimated" });
  again.advance(2 * hourMs);
  expect(second.wall()).toEqual({ atMs: ranMs + 9 * hourMs, quality: "synced" });
  expect(second.isProven).toBe(false);
  again.advance(24 * hourMs);
  expect(second.isProven).toBe(true);
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

test("[BEY-11] a disk that refused the time at the start is asked again: an agent that dies then knows how long it was away", async () => {
  const world = createSimulatedWorld();
  world.setWall(nowMs, "estimated");
  const folder = createFaultyFolder(world);
  let uptimeMs = 0;
  const kernel = { bootId: "boot", uptimeMs: () => uptimeMs };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  folder.readOnly(true);
  const clock = await openSiteClock(world.clock, { folder, hasHub: true, journalAtMs: nowMs, kernel });
  clock.start();
  await settled();
  folder.readOnly(false);
  uptimeMs = 60_000;
  world.advance(60_000);
  await settled();
  expect(await folder.read("clock.json")).not.toBeNull();
  const dead = createSimulatedWorld();
  dead.setWall(in1970Ms, "unknown");
  uptimeMs = 120_000;
  const again = await openSiteClock(dead.clock, { folder, hasHub: true, journalAtMs: nowMs, kernel });
  expect(again.wall().atMs - clock.wall().atMs).toBe(60_000);
});

test("the time is written down now and then, and read back after a power cut", async () => {
  const { world, folder } = await clockOf({ systemMs: nowMs, quality: "synced", hasHub: false });
  world.advance(hourMs);
  await new Promise((resolve) => setImmediate(resolve));
  const again = await openSiteClock(createSimulatedWorld().clock, { folder, hasHub: true, journalAtMs: 0 });
  expect(again.wall().atMs).toBeGreaterThanOrEqual(nowMs + hourMs - 600_000);

  const copies = ["clock.json", "clock.twin.json"];
  const textOf = async (name: string) => new TextDecoder().decode((await folder.read(name)) ?? undefined);
  // It writes its own time down as it opens: both copies, before they are damaged.
  for (const name of copies) await expect.poll(() => textOf(name)).toContain(String(again.wall().atMs));
  for (const name of copies) await folder.replace(name, new TextEncoder().encode("{broken"));
  const world1970 = createSimulatedWorld();
  world1970.setWall(in1970Ms, "unknown");
  const damaged = await openSiteClock(world1970.clock, { folder, hasHub: true, journalAtMs: nowMs });
  expect(damaged.wall()).toEqual({ atMs: nowMs, quality: "estimated" });
});
