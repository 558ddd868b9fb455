/**
 * JOURNAL-KEPT: acknowledged records survive a power cut at every operation, once and in order. The operations include writing
 * and removing the end mark and its note. The state after a power cut never counts as damage.
 */

import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openJournal } from "./open-journal.ts";
import { isPlaceholder } from "./placeholder.ts";

const event = (number: number): JournalEvent => ({
  kind: "alarm",
  name: `n${number}`,
  fields: { padding: "x".repeat((number * 37) % 600) },
});

/** One run of an agent: opens, appends records in waves until the power cut, and returns the acknowledged ones. */
async function live(
  world: SimulatedWorld,
  folder: FaultyFolder,
  wanted: { readonly waves: readonly number[]; readonly nextNumber: number; readonly acknowledge: boolean },
): Promise<{ replayed: JournalRecord[]; promised: number; stamped: JournalRecord[] } | null> {
  const replayed: JournalRecord[] = [];
  const stamped: JournalRecord[] = [];
  let promised = 0;
  try {
    const { journal, recovery } = await openJournal(world, folder, {
      replayAfter: null,
      onRecord: (record) => replayed.push(record),
      segmentBytesMax: 2000,
    });
    expect(recovery).toMatchObject({ isDamaged: false, lost: [], setAside: [] });
    let number = wanted.nextNumber;
    for (const count of wanted.waves) {
      const durables: Promise<void>[] = [];
      for (let index = 0; index < count; index++) {
        const { record, durable } = journal.append(event(number++));
        stamped.push(record);
        durables.push(
          durable.then(() => {
            promised = Math.max(promised, record.seq);
          }),
        );
      }
      await Promise.all(durables);
      if (wanted.acknowledge) journal.acknowledge(journal.lastSeq);
    }
    await journal.close();
  } catch (error) {
    if (isPowerCut(error)) return replayed.length + stamped.length === 0 ? null : { replayed, promised, stamped };
    throw error;
  }
  return { replayed, promised, stamped };
}

const isPowerCut = (error: unknown): boolean =>
  (error as Error).name === "PowerCut" || ((error as Error).cause as Error | undefined)?.name === "PowerCut";

/**
 * After the reboot: a prefix of the appended records with at least all acknowledged ones, without gap or double. Placeholders may
 * replace records that were not acknowledged: a disk writes the sectors of a batch in any order.
 */
async function expectKept(world: SimulatedWorld, folder: FaultyFolder, appended: JournalRecord[], promised: number) {
  const replayed: JournalRecord[] = [];
  const { journal, recovery } = await openJournal(world, folder, {
    replayAfter: null,
    onRecord: (record) => replayed.push(record),
    segmentBytesMax: 2000,
  });
  expect(recovery).toMatchObject({ isDamaged: false, lost: [], setAside: [] });
  expect(replayed.length).toBeGreaterThanOrEqual(promised);
  const isNewStandIn = (record: JournalRecord, index: number) =>
    index >= promised && isPlaceholder(record) && !isPlaceholder(appended[index] as JournalRecord);
  const stoodIn = replayed.filter(isNewStandIn).map(({ seq }) => seq);
  const wanted = appended.slice(0, replayed.length);
  expect(replayed.filter(({ seq }) => !stoodIn.includes(seq))).toEqual(
    wanted.filter(({ seq }) => !stoodIn.includes(seq)),
  );
  expect(recovery.torn?.records ?? 0).toBe(stoodIn.length);
  expect(await journal.readAfter(0, { records: 1e6, bytes: 1e9 })).toEqual(replayed);
  expect(journal.lastSeq).toBe(replayed.length);
  await journal.close();
  return replayed;
}

test("a power cut at every single operation loses nothing that was promised", async () => {
  const waves = [1, 3, 8, 1, 12, 2];
  const rehearsal = createFaultyFolder(createSimulatedWorld());
  await live(createSimulatedWorld(), rehearsal, { waves, nextNumber: 0, acknowledge: true });
  expect(rehearsal.operations).toBeGreaterThan(15);
  for (let cut = 0; cut < rehearsal.operations; cut++) {
    for (let seed = 0; seed < 12; seed++) {
      const world = createSimulatedWorld(seed * 1000 + cut);
      const folder = createFaultyFolder(world);
      folder.cutPowerAt(cut);
      const life = await live(world, folder, { waves, nextNumber: 0, acknowledge: true });
      folder.reboot();
      await expectKept(world, folder, life?.stamped ?? [], life?.promised ?? 0);
    }
  }
});

test("lives that all end in a power cut add up to one unbroken journal", async () => {
  const lifetime = fc.record({
    waves: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
    cut: fc.integer({ min: 0, max: 25 }),
    acknowledge: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(lifetime, { minLength: 1, maxLength: 6 }), fc.nat(), async (lives, seed) => {
      const world = createSimulatedWorld(seed);
      const folder = createFaultyFolder(world);
      let kept: JournalRecord[] = [];
      for (const { waves, cut, acknowledge } of lives) {
        folder.cutPowerAt(cut);
        const life = await live(world, folder, { waves, nextNumber: kept.length, acknowledge });
        folder.reboot();
        kept = await expectKept(
          world,
          folder,
          [...kept, ...(life?.stamped ?? [])],
          Math.max(kept.length, life?.promised ?? 0),
        );
        folder.reboot();
      }
    }),
    { numRuns: isLongRun ? 300 : 80 },
  );
});

test("[BEY-12] what an agent reads that began after another one died is there after a power cut, too: it was told to people meanwhile", async () => {
  let kept = 0;
  for (let operation = 1; operation < 40; operation++) {
    const world = createSimulatedWorld();
    const folder = createFaultyFolder(world);
    folder.cutPowerAt(operation);
    await live(world, folder, { waves: [1, 2, 1], nextNumber: 0, acknowledge: false });
    folder.startAgain();
    const read = await replay(world, folder);
    folder.reboot();
    const after = await replay(world, folder);
    expect(after.slice(0, read.length), `operation ${operation}`).toEqual(read);
    kept = Math.max(kept, read.length);
  }
  expect(kept).toBe(4);
});

/** An agent that reads, and dies with nothing written. */
async function replay(world: SimulatedWorld, folder: FaultyFolder): Promise<JournalRecord[]> {
  const read: JournalRecord[] = [];
  await openJournal(world, folder, { replayAfter: null, onRecord: (record) => read.push(record) });
  return read;
}
