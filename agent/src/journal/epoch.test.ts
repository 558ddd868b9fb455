import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { expect, test } from "vitest";
import { openJournal } from "./open-journal.ts";
import { type JournalPoint, readJournal } from "./replay.ts";

const event = (name: string): JournalEvent => ({ kind: "alarm", name, fields: {} });
const everything = { records: 1_000_000, bytes: 1e9 };
const names = (records: readonly JournalRecord[]): unknown[] =>
  records.map((record) => (record as { name?: string }).name);

function site(seed = 1) {
  const world = createSimulatedWorld(seed);
  const folder = createFaultyFolder(world);
  const open = async (replayAfter: JournalPoint | null = null) => {
    const replayed: JournalRecord[] = [];
    const opened = await openJournal(world, folder, { replayAfter, onRecord: (record) => replayed.push(record) });
    return { ...opened, replayed };
  };
  return { world, folder, open };
}

test("a new epoch starts at 1 and carries over what the hub can't have", async () => {
  const { open } = site();
  const first = await open();
  for (const name of ["a", "b"]) await first.journal.append(event(name)).durable;
  first.journal.acknowledge(2);
  await first.journal.close();
  // This life begins after b; the hub then says that it has more than that.
  const { journal } = await open();
  await journal.append(event("c")).durable;
  const before = journal.epoch;
  const changed = journal.startEpoch();
  const d = journal.append(event("d"));
  expect(d.record.seq).toBe(2);
  await changed;
  await d.durable;
  expect(journal.epoch > before).toBe(true);
  expect(journal.ackedSeq).toBe(0);
  expect((await journal.readAfter(0, everything)).map((record) => [record.seq, names([record])[0]])).toEqual([
    [1, "c"],
    [2, "d"],
  ]);
  await journal.close();
  const third = await open();
  expect(third.journal.epoch).toBe(journal.epoch);
  expect(names(third.replayed)).toEqual(["a", "b", "c", "d"]);
});

test("restarts with the hub away do not blur where the journal was when it went back", async () => {
  const { open, world } = site();
  const first = await open();
  await first.journal.append(event("a")).durable;
  first.journal.acknowledge(1);
  await first.journal.close();
  for (const name of ["b", "c", "d"]) {
    const { journal } = await open();
    await journal.append(event(name)).durable;
    await passTimeUntil(world, journal.flush());
  }
  const last = await open();
  await last.journal.startEpoch();
  expect(names(await last.journal.readAfter(0, everything))).toEqual(["b", "c", "d"]);
});

test("a confirmed journal carries over only what was not acknowledged", async () => {
  const { open } = site();
  const { journal } = await open();
  for (const name of ["a", "b", "c"]) await journal.append(event(name)).durable;
  journal.acknowledge(2);
  await journal.startEpoch();
  expect(names(await journal.readAfter(0, everything))).toEqual(["c"]);
});

test("[BEY-12] SAME-AGAIN: what a snapshot covers is not replayed from the epochs that it was carried over into", async () => {
  const { open } = site();
  const { journal } = await open();
  for (const name of ["a", "b", "c", "d"]) await journal.append(event(name)).durable;
  journal.acknowledge(1);
  const first = journal.epoch;
  await journal.startEpoch();
  await journal.append(event("e")).durable;
  const second = journal.epoch;
  journal.acknowledge(1);
  await journal.startEpoch();
  await journal.append(event("f")).durable;
  const third = journal.epoch;
  await journal.close();
  const after = async (epoch: string, seq: number) => {
    const { journal: reopened, replayed } = await open({ epoch, seq });
    await reopened.close();
    return names(replayed).join("");
  };
  expect(await after(first, 4)).toBe("ef");
  expect(await after(first, 3)).toBe("def");
  expect(await after(first, 1)).toBe("bcdef");
  expect(await after(second, 3)).toBe("ef");
  expect(await after(third, 3)).toBe("f");
});

test("a full disk delays a new epoch and loses nothing", async () => {
  const { open, world, folder } = site();
  const { journal } = await open();
  await journal.append(event("a")).durable;
  folder.limitBytes(0);
  const changed = journal.startEpoch();
  const b = journal.append(event("b"));
  for (let turns = 0; turns < 100; turns++) await Promise.resolve();
  folder.limitBytes(null);
  await passTimeUntil(world, changed);
  await b.durable;
  expect(names(await journal.readAfter(0, everything))).toEqual(["a", "b"]);
});

test("a power cut anywhere in the change of epoch keeps every record once and in order", async () => {
  for (let cut = 0; cut < 14; cut++) {
    for (let seed = 1; seed <= 6; seed++) {
      const { open, folder } = site(seed);
      const first = await open();
      for (const name of ["a", "b", "c"]) await first.journal.append(event(name)).durable;
      const durable = ["a", "b", "c"];
      folder.cutPowerAt(folder.operations + cut);
      const changed = first.journal.startEpoch().catch(() => {});
      const d = first.journal.append(event("d")).durable.then(
        () => durable.push("d"),
        () => {},
      );
      await Promise.race([Promise.all([changed, d]), turns(400)]);
      folder.reboot();
      const { replayed } = await open();
      const seen: JournalRecord[] = [];
      for await (const record of readJournal(folder)) seen.push(record);
      for (const found of [names(replayed), names(seen)]) {
        expect(found).toEqual(["a", "b", "c", "d"].slice(0, found.length));
        expect(found.length).toBeGreaterThanOrEqual(durable.length);
      }
    }
  }
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}
