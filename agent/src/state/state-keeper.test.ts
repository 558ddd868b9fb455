import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { createRecordStamps } from "../start/record-stamps.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { migrateState } from "../store/state-format.ts";
import { applyRecord } from "./apply-record.ts";
import { spentReasonOf } from "./spent-grants.ts";
import { openState } from "./state-keeper.ts";

const stamp = () => ({ atMs: unixMs(0), clock: "synced" as const, upMs: 0 });
const open = (world: SimulatedWorld, folder: FaultyFolder) => openState(world, folder, stamp);
type Opened = Awaited<ReturnType<typeof open>>;

/** Appends so many bindings, with the state as the recorder keeps it. */
async function bind({ journal, state }: Opened, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const [device, replaces] = [state.bindings, state.bindings - 1].map((each) => `device-${each}-${"x".repeat(80)}`);
    const event = {
      kind: "device-bound",
      grantId: "g.1",
      device: `${device}`,
      mac: null,
      replaces: `${replaces}`,
    } as const;
    applyRecord(state, journal.append(event).record);
    if (number % 1000 === 0) await journal.flush();
  }
  await journal.flush();
}

/** Two snapshots, and a journal after each. Everything is acknowledged. */
async function twoSnapshots() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const folder = createFaultyFolder(world);
  const first = await open(world, folder);
  for (let round = 0; round < 2; round++) {
    // One slot stays: the snapshot is small, and the journal alone decides when the next one is due.
    await bind(first, 16_000);
    await first.saveIfDue();
  }
  await bind(first, 100);
  first.journal.acknowledge(first.journal.lastSeq);
  const { bindings } = first.state;
  await first.journal.close();
  expect((await folder.list("state/")).sort()).toEqual(["state/snapshot.json", "state/snapshot.previous.json"]);
  return { world, folder, bindings };
}

/** A week and more of running: the journal's old files go. */
async function passDays(world: SimulatedWorld, days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour++) {
    world.advance(3_600_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

test("[BEY-12] JOURNAL-KEPT: after a restart and eight days, the older of two snapshots is enough when the newest is damaged", async () => {
  const { world, folder, bindings } = await twoSnapshots();
  const second = await open(world, folder);
  await passDays(world, 8);
  await second.journal.close();
  folder.damage("state/snapshot.json", 40, Buffer.from("2"));
  const third = await open(world, folder);
  expect(third.setAside).toEqual(["state/snapshot.json.damaged"]);
  expect(third.recovery.isDamaged).toBe(false);
  expect(third.state.bindings).toBe(bindings);
  await third.journal.close();
});

longTest("a journal whose first file is gone says so, with the number of its records", async () => {
  const { world, folder } = await twoSnapshots();
  for (const name of await folder.list("state/")) await folder.remove(name);
  const segments = (await folder.list("journal/")).filter((name) => name.endsWith(".log"));
  expect(segments.length).toBeGreaterThan(2);
  const removed = Number(/(\d+)\.log$/.exec(segments[1] ?? "")?.[1]) - 1;
  await folder.remove(segments[0] ?? "");
  const { recovery, journal } = await open(world, folder);
  expect(recovery.alarms).toMatchObject([{ name: "journal-damaged", fields: { lostRecords: removed } }]);
  await journal.close();
});

test("[BEY-28] a journal that is gone beside a good snapshot says so: what followed the snapshot is lost", async () => {
  const { world, folder, bindings } = await twoSnapshots();
  const before = await open(world, folder);
  const { epoch } = before.journal;
  await before.journal.close();
  for (const name of await folder.list("journal/")) await folder.remove(name);
  const { recovery, journal, state } = await open(world, folder);
  expect(state.bindings).toBe(bindings - 100);
  expect(recovery.gone).toEqual({ epoch, seq: 32_000 });
  expect(recovery.alarms).toMatchObject([{ name: "journal-damaged" }]);
  await journal.close();
  // It was said; the journal that begins then is whole.
  const next = await open(world, folder);
  expect(next.recovery).toMatchObject({ gone: null, alarms: [] });
  await next.journal.close();
});

test("a snapshot of another release's version is set aside and said, and the one before counts", async () => {
  const { world, folder, bindings } = await twoSnapshots();
  const snapshots = await openSnapshot<object>(folder);
  const loaded = snapshots.takeLoaded();
  if (loaded === null) throw new Error("no snapshot");
  await snapshots.save(loaded.point, { ...loaded.state, version: 99 });
  const again = await open(world, folder);
  expect(again.setAside).toEqual(["state/snapshot.json.damaged"]);
  expect(await folder.list("state/")).toContain("state/snapshot.json.damaged");
  expect(again.state.bindings).toBe(bindings);
  await again.journal.close();
});

test("[BEY-20] used codes are written as the release before reads them, until this release may stay; then as bits", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const open = () => openState(world, folder, createRecordStamps(world.clock).next);
  let keeper = await open();
  const use = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };

  /** Lets go of a code and of the journal that a snapshot needs to be due. Returns what is in the newest snapshots. */
  async function snapshotWith(serial: number): Promise<string> {
    const append = (event: Parameters<typeof keeper.journal.append>[0]) =>
      applyRecord(keeper.state, keeper.journal.append(event).record);
    append({ kind: "lease-released", grantId: `v.b1.${serial}`, use });
    for (let count = 0; count < 2500; count++)
      append({ kind: "alarm", name: "load", fields: { filler: "x".repeat(1000) } });
    await keeper.journal.flush();
    await keeper.saveIfDue();
    const names = await folder.list("state/");
    const contents = await Promise.all(names.map((name) => folder.read(name)));
    return contents.map((content) => Buffer.from(content ?? []).toString()).join("\n");
  }

  const before = await snapshotWith(7);
  expect(before).toContain('["7","elsewhere"]');
  expect(before).not.toContain("spentBits");
  await migrateState(folder); // the launcher accepted the release
  expect(await snapshotWith(8)).toContain("spentBits");
  await keeper.journal.close();
  keeper = await open();
  for (const serial of [7, 8]) expect(spentReasonOf(keeper.state.spent, `v.b1.${serial}`)).toBe("elsewhere");
  expect(spentReasonOf(keeper.state.spent, "v.b1.9")).toBeNull();
  await keeper.journal.close();
});
