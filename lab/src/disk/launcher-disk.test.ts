import { describeLauncherDisk } from "@karibu/container/launcher/test-launcher-disk";
import { expect, test } from "vitest";
import { seededRandom } from "../world/seeded-random.ts";
import { createFaultyFolder } from "./faulty-folder.ts";
import { faultyLauncherDisk } from "./launcher-disk.ts";

const fresh = () => createFaultyFolder({ random: seededRandom(1) });

describeLauncherDisk("the launcher's disk on a simulated folder", () => {
  const folder = fresh();
  return {
    disk: faultyLauncherDisk(folder, { onPowerCut: () => {} }),
    refuse: () => folder.readOnly(true),
    close: () => {},
  };
});

test("power that goes at one of its writes is told, leaves the old content or the new, and ends what called", () => {
  const folder = fresh();
  let cuts = 0;
  const disk = faultyLauncherDisk(folder, { onPowerCut: () => void cuts++ });
  disk.replace("launcher/state.json", Buffer.from("old"));
  folder.cutPowerAt(folder.operations);
  expect(() => disk.replace("launcher/state.json", Buffer.from("new"))).toThrow("the power is off");
  expect(cuts).toBe(1);
  folder.reboot();
  expect(["old", "new"]).toContain(Buffer.from(disk.read("launcher/state.json") ?? []).toString());
});
