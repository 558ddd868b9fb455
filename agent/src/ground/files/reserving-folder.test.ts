import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { appendAll, event, everything, names, open } from "../../journal/test-journal.ts";
import { createReservingFolder } from "./reserving-folder.ts";
import { describeFolder } from "./test-folder-contract.ts";

const never = async () => null;
describeFolder(async () => createReservingFolder(createFaultyFolder(createSimulatedWorld()), never, 1000));

test("a journal on a router's own flash stops before the flash is full, keeps what it has, and goes on when there is room", async () => {
  const world = createSimulatedWorld();
  const disk = createFaultyFolder(world);
  let capacityBytes = 20_000;
  const freeBytes = async () => capacityBytes - disk.sizeBytes;
  const folder = createReservingFolder(disk, freeBytes, 10_000);
  const { journal } = await open(world, folder);
  let written = 0;
  await expect(
    (async () => {
      for (; written < 1000; written++) await journal.append(event(`n${written}`)).durable;
    })(),
  ).rejects.toMatchObject({ code: "journal/full" });
  expect(written).toBeGreaterThan(50);
  expect(await freeBytes()).toBeGreaterThanOrEqual(10_000);
  expect(await freeBytes()).toBeLessThan(11_000);
  capacityBytes = 40_000;
  for (let seconds = 0; seconds < 120 && !journal.writable; seconds++) {
    world.advance(1000);
    for (let turns = 0; turns < 100; turns++) await Promise.resolve();
  }
  await appendAll(journal, ["on"]);
  await journal.close();
  const again = await open(world, disk);
  expect(again.recovery.alarms).toEqual([]);
  expect(names(await again.journal.readAfter(0, everything)).at(-1)).toBe("on");
});

test("how much is free is asked once for a quarter of a megabyte, and each time where less is left", async () => {
  const disk = createFaultyFolder(createSimulatedWorld());
  let asked = 0;
  let free = 10_000_000;
  const folder = createReservingFolder(
    disk,
    async () => {
      asked++;
      return free;
    },
    1_000_000,
  );
  for (let count = 0; count < 256; count++) await folder.replace("a", new Uint8Array(1024));
  expect(asked).toBe(1);
  free = 1_000_000 + 2048;
  await folder.replace("a", new Uint8Array(1024));
  await folder.replace("a", new Uint8Array(1024));
  expect(asked).toBe(2);
  free = 1_000_000;
  await expect(folder.replace("a", new Uint8Array(1))).rejects.toMatchObject({ code: "ENOSPC" });
  await expect(folder.replace("a", new Uint8Array(1))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(asked).toBe(4);
});
