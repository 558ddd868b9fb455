import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { openSnapshot } from "./snapshot.ts";

interface State {
  readonly sessions: readonly string[];
}
const at = (seq: number) => ({ epoch: "0001-ab", seq });
const state = (...sessions: string[]): State => ({ sessions });
const makeFolder = (seed = 1): FaultyFolder => createFaultyFolder(createSimulatedWorld(seed));
const loaded = async (folder: FaultyFolder): Promise<number | null> =>
  (await openSnapshot<State>(folder)).takeLoaded()?.point.seq ?? null;

test("the newest snapshot is loaded, and the journal may go only up to the one before", async () => {
  const folder = makeFolder();
  const snapshots = await openSnapshot<State>(folder);
  expect(snapshots.takeLoaded()).toBeNull();
  expect(await snapshots.save(at(10), state("a"))).toBeNull();
  expect(await snapshots.save(at(20), state("a", "b"))).toEqual(at(10));
  const again = await openSnapshot<State>(folder);
  expect(again.takeLoaded()).toEqual({ point: at(20), state: state("a", "b") });
  expect(await again.save(at(30), state("c"))).toEqual(at(20));
});

test.each(["a flipped bit", "a bad sector"])(
  "after %s the snapshot before is used and the bad one set aside",
  async (how) => {
    const folder = makeFolder();
    const snapshots = await openSnapshot<State>(folder);
    await snapshots.save(at(10), state("a"));
    await snapshots.save(at(20), state("b"));
    if (how === "a bad sector") folder.unreadable("state/snapshot.json");
    else folder.damage("state/snapshot.json", 40, Buffer.from("2"));
    const again = await openSnapshot<State>(folder);
    expect(again.takeLoaded()?.point).toEqual(at(10));
    expect(again.setAside).toEqual(["state/snapshot.json.damaged"]);
    expect(await again.save(at(30), state("c"))).toEqual(at(10));
    expect(await loaded(folder)).toBe(30);
  },
);

test("with both copies damaged everything is replayed", async () => {
  const folder = makeFolder();
  const snapshots = await openSnapshot<State>(folder);
  await snapshots.save(at(10), state("a"));
  await snapshots.save(at(20), state("b"));
  for (const name of await folder.list("state/")) folder.damage(name, 3, Buffer.from("zz"));
  const again = await openSnapshot<State>(folder);
  expect(again.takeLoaded()).toBeNull();
  expect(again.setAside).toHaveLength(2);
});

test("a power cut at every operation of a save leaves the old snapshot or the new one", async () => {
  for (let cut = 0; cut < 6; cut++) {
    for (let seed = 0; seed < 20; seed++) {
      const folder = makeFolder(seed);
      const snapshots = await openSnapshot<State>(folder);
      let saved = 0;
      folder.cutPowerAt(cut);
      try {
        for (const seq of [10, 20, 30]) {
          await snapshots.save(at(seq), state(`s${seq}`));
          saved = seq;
        }
      } catch {
        // The power is off; what counts is what the next start finds.
      }
      folder.reboot();
      const again = await openSnapshot<State>(folder);
      expect([saved, saved + 10]).toContain(again.takeLoaded()?.point.seq ?? 0);
      expect(again.setAside).toEqual([]);
    }
  }
});

test("a full disk refuses a snapshot and keeps the one there is", async () => {
  const folder = makeFolder();
  const snapshots = await openSnapshot<State>(folder);
  await snapshots.save(at(10), state("a"));
  folder.limitBytes(10);
  await expect(snapshots.save(at(20), state("b"))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await loaded(folder)).toBe(10);
  folder.limitBytes(null);
  expect(await snapshots.save(at(30), state("c"))).toEqual(at(10));
  expect(await loaded(folder)).toBe(30);
});

test("a snapshot is due when the journal since has grown to four times its length, or the epoch is another", async () => {
  const snapshots = await openSnapshot<State>(makeFolder());
  const megabytes = (count: number): number => count * 1024 * 1024;
  expect(snapshots.isDue(at(5), megabytes(1))).toBe(false);
  expect(snapshots.isDue(at(5), megabytes(2))).toBe(true);
  await snapshots.save(at(5), state("x".repeat(megabytes(1))));
  expect(snapshots.isDue(at(6), megabytes(3))).toBe(false);
  expect(snapshots.isDue(at(6), megabytes(5))).toBe(true);
  expect(snapshots.isDue({ epoch: "0002-cd", seq: 1 }, 10)).toBe(true);
});
