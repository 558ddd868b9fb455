/** SAME-AGAIN: snapshot and journal together give the same state as before, after a power cut at any instruction and after any removal. */

import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { openSnapshot } from "../store/snapshot.ts";
import { openJournal } from "./open-journal.ts";

/** Notices a record that is missing, doubled or out of order: each seq is folded into all before it. */
interface Trace {
  count: number;
  digest: number;
}

function fold(trace: Trace, record: JournalRecord): void {
  trace.count++;
  trace.digest = (trace.digest * 31 + record.seq * 7 + (record as { name: string }).name.length) % 1_000_003;
}

function traceOf(records: readonly JournalRecord[]): Trace {
  const trace = { count: 0, digest: 0 };
  for (const record of records) fold(trace, record);
  return trace;
}

async function start(world: SimulatedWorld, folder: FaultyFolder) {
  const snapshots = await openSnapshot<Trace>(folder);
  const loaded = snapshots.takeLoaded();
  const trace: Trace = { ...(loaded?.state ?? { count: 0, digest: 0 }) };
  const { journal, recovery } = await openJournal(world, folder, {
    replayAfter: loaded?.point ?? null,
    onRecord: (record) => fold(trace, record),
    segmentBytesMax: 300,
    retainMs: 0,
  });
  expect(recovery).toMatchObject({ isDamaged: false, setAside: [] });
  return { snapshots, journal, trace };
}

/** Appends, acknowledges, snapshots and lets retention run, until all is done or the power goes. */
async function live(world: SimulatedWorld, folder: FaultyFolder, history: JournalRecord[], toAppend: number) {
  let promised = 0;
  try {
    const { snapshots, journal, trace } = await start(world, folder);
    for (let index = 0; index < toAppend; index++) {
      const { record, durable } = journal.append({ kind: "alarm", name: "n".repeat(1 + (index % 30)), fields: {} });
      history.push(record);
      fold(trace, record);
      await durable;
      promised = record.seq;
      journal.acknowledge(record.seq);
      if (index % 4 === 3) {
        const covered = await snapshots.save({ epoch: journal.epoch, seq: record.seq }, { ...trace });
        if (covered !== null) journal.covered(covered);
      }
      world.advance(3600 * 1000);
      for (let turns = 0; turns < 30; turns++) await Promise.resolve();
    }
    await journal.close();
  } catch (error) {
    if ((error as Error).name !== "PowerCut" && ((error as Error).cause as Error)?.name !== "PowerCut") throw error;
  }
  return promised;
}

test("a power cut at every operation of journal, snapshot and retention changes no state", async () => {
  const rehearsal = createFaultyFolder(createSimulatedWorld());
  await live(createSimulatedWorld(), rehearsal, [], 24);
  expect((await rehearsal.list("journal/")).length).toBeLessThan(8); // retention did its part
  for (let cut = 0; cut < rehearsal.operations; cut++) {
    for (let seed = 0; seed < (isLongRun ? 4 : 1); seed++) {
      const world = createSimulatedWorld(seed * 997 + cut);
      const folder = createFaultyFolder(world);
      const history: JournalRecord[] = [];
      folder.cutPowerAt(cut);
      const promised = await live(world, folder, history, 24);
      folder.reboot();
      const { trace, journal } = await start(world, folder);
      expect(trace.count).toBeGreaterThanOrEqual(promised);
      expect(trace).toEqual(traceOf(history.slice(0, trace.count)));
      expect(journal.lastSeq).toBe(trace.count);
      await journal.close();
    }
  }
});
