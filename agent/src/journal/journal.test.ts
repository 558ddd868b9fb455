import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { expect, test } from "vitest";
import { appendAll, event, everything, names, open, twelve } from "./test-journal.ts";

const day = 24 * 3600 * 1000;

function site(): { world: SimulatedWorld; folder: FaultyFolder } {
  const world = createSimulatedWorld();
  return { world, folder: createFaultyFolder(world) };
}

test("records get sequences from 1, the site's time and what happened, and come back in order after a restart", async () => {
  const { world, folder } = site();
  const first = await open(world, folder);
  world.advance(1500);
  const { record } = first.journal.append(event("a"));
  expect(record).toEqual({
    seq: 1,
    atMs: 1_800_000_001_500,
    clock: "synced",
    upMs: 1500,
    kind: "alarm",
    name: "a",
    fields: {},
  });
  await appendAll(first.journal, ["b", "c"]);
  await first.journal.close();
  const second = await open(world, folder);
  expect(names(second.replayed)).toEqual(["a", "b", "c"]);
  expect(second.replayed[0]).toEqual(record);
  expect(second.journal.epoch).toBe(first.journal.epoch);
  expect(second.journal.lastSeq).toBe(3);
  expect(second.recovery).toEqual({
    isDamaged: false,
    torn: null,
    lost: [],
    givenTwice: [],
    lacksFromSeq: null,
    setAside: [],
    gone: null,
    alarms: [],
  });
});

test("an epoch that started in an empty folder is kept without records", async () => {
  const { world, folder } = site();
  const { epoch } = (await open(world, folder)).journal;
  folder.reboot();
  expect((await open(world, folder)).journal.epoch).toBe(epoch);
});

test("a thousand appends of one turn share one write and one sync", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await journal.append(event("opens the file")).durable;
  await journal.flush();
  const before = folder.operations;
  await Promise.all(Array.from({ length: 1000 }, (_, index) => journal.append(event(`n${index}`)).durable));
  expect(folder.operations - before).toBe(2);
});

test("durable listeners hear of each batch, and only durable records are read", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  let heard = 0;
  const stop = journal.onDurable(() => heard++);
  const { durable } = journal.append(event("a"));
  expect(await journal.readAfter(0, everything)).toEqual([]);
  await durable;
  expect(names(await journal.readAfter(0, everything))).toEqual(["a"]);
  expect(heard).toBe(1);
  stop();
  await journal.append(event("b")).durable;
  expect(heard).toBe(1);
});

test("reading keeps the limits of records and bytes, but always makes progress", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { segmentBytesMax: 500 });
  await appendAll(
    journal,
    Array.from({ length: 40 }, (_, index) => `n${index}`),
  );
  expect((await journal.readAfter(0, { records: 7, bytes: 1e6 })).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const two = await journal.readAfter(10, { records: 100, bytes: 240 });
  expect(two.map(({ seq }) => seq)).toEqual([11, 12]);
  expect(await journal.readAfter(20, { records: 5, bytes: 1 })).toHaveLength(1);
  expect(await journal.readAfter(40, everything)).toEqual([]);
});

test("records that are too old for memory are read from flash over many segments", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { segmentBytesMax: 20_000 });
  for (let wave = 0; wave < 20; wave++) {
    for (let index = 0; index < 400; index++) journal.append(event(`n${wave * 400 + index}`));
    await journal.flush();
  }
  expect(journal.figures().segments).toBeGreaterThan(10);
  const seen: number[] = [];
  for (let after = 0; after < 8000; ) {
    const page = await journal.readAfter(after, { records: 999, bytes: 64_000 });
    for (const record of page) seen.push(record.seq);
    after = (page.at(-1) as JournalRecord).seq;
  }
  expect(seen).toEqual(Array.from({ length: 8000 }, (_, index) => index + 1));
});

test("a full disk rejects with journal/full, keeps the order, and continues when there is space", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a"]);
  folder.limitBytes(150);
  const b = journal.append(event("b")).durable;
  const c = journal.append(event("c")).durable;
  await expect(b).rejects.toMatchObject({ code: "journal/full", advice: { retry: "later" } });
  await expect(c).rejects.toMatchObject({ code: "journal/full" });
  await expect(journal.flush()).rejects.toMatchObject({ code: "journal/full" });
  expect(journal.writable).toBe(false);
  folder.limitBytes(null);
  const d = journal.append(event("d"));
  await passTimeUntil(world, d.durable);
  expect(journal.writable).toBe(true);
  expect(names(await journal.readAfter(0, everything))).toEqual(["a", "b", "c", "d"]);
  expect(names((await open(world, folder)).replayed)).toEqual(["a", "b", "c", "d"]);
});

test("what waited while the disk refused is written at once: a crash leaves all of it or nothing", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a"]);
  folder.readOnly(true);
  const first = journal.append(event("first")).durable;
  await expect(first).rejects.toMatchObject({ code: "journal/not-writable" });
  const second = journal.append(event("second")).durable;
  folder.readOnly(false);
  const before = folder.operations;
  await passTimeUntil(world, second);
  const written = folder.operations - before;
  // One batch: the tail is cut, the file opened, and there is one write and one sync.
  expect(written).toBeLessThanOrEqual(4);
  expect(names((await open(world, folder)).replayed)).toEqual(["a", "first", "second"]);
});

test("what waited while the disk refused is read from flash to its last record, also where it fills its file", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { segmentBytesMax: 300 });
  await appendAll(journal, ["a"]);
  folder.readOnly(true);
  await expect(journal.append(event("first")).durable).rejects.toMatchObject({ code: "journal/not-writable" });
  const second = journal.append(event("second")).durable;
  folder.readOnly(false);
  await passTimeUntil(world, second);
  // So many more that memory has none of these.
  for (let wave = 0; wave < 20; wave++) {
    for (let index = 0; index < 400; index++) journal.append(event("later"));
    await journal.flush();
  }
  expect(names(await journal.readAfter(0, { ...everything, records: 4 }))).toEqual(["a", "first", "second", "later"]);
});

test("a read-only disk rejects with journal/not-writable, and too long a queue throws before anything happened", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { queueBytesMax: 300 });
  folder.readOnly(true);
  await expect(journal.append(event("a")).durable).rejects.toMatchObject({ code: "journal/not-writable" });
  const refused = (): unknown => {
    for (;;) journal.append(event("more"));
  };
  expect(refused).toThrow("read-only");
  const { lastSeq } = journal;
  folder.readOnly(false);
  await passTimeUntil(world, journal.close());
  const again = await open(world, folder);
  expect(again.journal.lastSeq).toBe(lastSeq);
});

test("a slow disk only makes the batches bigger", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  folder.slow(200);
  const all = Promise.all(Array.from({ length: 50 }, (_, index) => journal.append(event(`n${index}`)).durable));
  await passTimeUntil(world, all, 100);
  expect(journal.figures().durableSeq).toBe(50);
});

test("the acknowledged position survives a restart, and never goes back or ahead", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a", "b", "c"]);
  journal.acknowledge(2);
  journal.acknowledge(1);
  expect(journal.ackedSeq).toBe(2);
  journal.acknowledge(99);
  expect(journal.ackedSeq).toBe(3);
  await journal.close();
  expect((await open(world, folder)).journal.ackedSeq).toBe(3);
});

test("a start after a snapshot replays only later records", async () => {
  const { world, folder } = site();
  const first = await open(world, folder, { segmentBytesMax: 300 });
  await appendAll(first.journal, ["a", "b", "c", "d", "e", "f"]);
  const replayAfter = { epoch: first.journal.epoch, seq: 4 };
  await first.journal.close();
  const second = await open(world, folder, { replayAfter });
  expect(names(second.replayed)).toEqual(["e", "f"]);
  expect(names(await second.journal.readAfter(0, everything))).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("a snapshot without its journal begins a new epoch, later than the lost one", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { replayAfter: { epoch: "0007-abcdef", seq: 9 } });
  expect(journal.epoch).toMatch(/^0008-/);
  expect(journal.lastSeq).toBe(0);
});

test("segments go seven days after their ack, and none before a snapshot covers it", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { segmentBytesMax: 300 });
  await appendAll(journal, twelve);
  const firstSeq = async (): Promise<number> => ((await journal.readAfter(0, everything))[0] as JournalRecord).seq;
  const pass = async (days: number): Promise<void> => {
    for (let hours = 0; hours < days * 24; hours++) {
      world.advance(3600 * 1000);
      for (let turns = 0; turns < 60; turns++) await Promise.resolve();
    }
  };
  await pass(9);
  journal.acknowledge(12);
  await pass(9);
  expect(await firstSeq()).toBe(1);
  journal.covered({ epoch: journal.epoch, seq: 7 });
  await pass(1);
  const kept = journal.figures().segments;
  expect((await folder.list(`journal/${journal.epoch}/`))[0]).toMatch(/00000000000[4-7]\.log$/);
  await journal.close();
  const again = await open(world, folder, { replayAfter: { epoch: journal.epoch, seq: 7 } });
  expect(names(again.replayed)).toEqual(["n7", "n8", "n9", "n10", "n11"]);
  expect(again.recovery.alarms).toEqual([]);
  expect(again.journal.figures().segments).toBe(kept);
});

/** Of several segments, all of which the hub has and a snapshot covers. */
async function ofNoUse() {
  const { world, folder } = site();
  const { journal } = await open(world, folder, { segmentBytesMax: 300 });
  await appendAll(journal, twelve);
  journal.acknowledge(12);
  journal.covered({ epoch: journal.epoch, seq: 12 });
  return { world, folder, journal };
}

test("a wall clock that jumps a month while it is not synced removes nothing", async () => {
  const { world, journal } = await ofNoUse();
  const kept = journal.figures().segments;
  world.setWall(1_800_000_000_000 + 30 * day, "estimated");
  world.advance(2 * 3600 * 1000);
  await journal.close();
  expect(journal.figures().segments).toBe(kept);
});

test("on a full disk acknowledged and covered segments are removed, the oldest first", async () => {
  const { world, folder, journal } = await ofNoUse();
  for (let turns = 0; turns < 60; turns++) await Promise.resolve();
  folder.limitBytes(0);
  await expect(journal.append(event("x")).durable).rejects.toMatchObject({ code: "journal/full" });
  folder.limitBytes(1500);
  journal.append(event("y"));
  for (let seconds = 0; seconds < 20 && !journal.writable; seconds++) {
    world.advance(1000);
    for (let turns = 0; turns < 60; turns++) await Promise.resolve();
  }
  expect(names(await journal.readAfter(12, everything))).toEqual(["x", "y"]);
  expect(await folder.list(`journal/${journal.epoch}/000000000001`)).toEqual([]);
});
