/** Durable records per second of the journal on this machine's disk: stamped, encoded, written, synced, reported. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMeteredFolder } from "@karibu/agent/ground/files/metered-folder";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal, type StoredJournal } from "@karibu/agent/journal/open-journal";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { bytes, seconds } from "@karibu/protocol/quantities";

const measuredMs = 3000;

export async function run(print: (row: object) => void): Promise<void> {
  for (const outstanding of [1, 256, 4096]) {
    const data = await mkdtemp(join(tmpdir(), "karibu-bench-journal-"));
    try {
      print(await measure(data, outstanding));
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  }
}

async function measure(data: string, outstanding: number): Promise<object> {
  const meter = createMeteredFolder(createNodeFolder(data));
  const onRecord = (): void => {};
  const { journal } = await openJournal(createSimulatedWorld(), meter.folder, { replayAfter: null, onRecord });
  await load(journal, outstanding, 500); // let the engine compile what is hot
  let batches = 0;
  const stop = journal.onDurable(() => batches++);
  const firstSeq = journal.lastSeq;
  const startMs = performance.now();
  await load(journal, outstanding, measuredMs);
  const elapsedS = (performance.now() - startMs) / 1000;
  const records = journal.lastSeq - firstSeq;
  stop();
  await journal.close();
  const reopenMs = performance.now();
  let replayed = 0;
  const count = (): void => void replayed++;
  const again = await openJournal(createSimulatedWorld(), meter.folder, { replayAfter: null, onRecord: count });
  const replayS = (performance.now() - reopenMs) / 1000;
  await again.journal.close();
  return {
    name: `journal, ${outstanding} outstanding`,
    durableRecordsPerSecond: Math.round(records / elapsedS),
    recordsPerSync: Math.round(records / Math.max(1, batches)),
    replayedRecordsPerSecond: Math.round(replayed / replayS),
    unit: "records/s",
  };
}

/** Keeps that many records waiting, each followed by another as soon as it is durable. */
async function load(journal: StoredJournal, outstanding: number, forMs: number): Promise<void> {
  const untilMs = performance.now() + forMs;
  let number = 0;
  while (performance.now() < untilMs) {
    const waiting: Promise<void>[] = [];
    for (let index = 0; index < outstanding; index++) waiting.push(journal.append(usedEvent(number++)).durable);
    await Promise.all(waiting);
  }
}

function usedEvent(number: number): JournalEvent {
  return {
    kind: "session-used",
    sessionKey: `8f3a52c1d0e4${String(number % 500).padStart(4, "0")}`,
    inputBytes: bytes(number * 1031),
    outputBytes: bytes(number * 9973),
    onlineSeconds: seconds(number % 86_400),
  };
}
