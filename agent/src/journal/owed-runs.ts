/**
 * What a hub that was restored from a back-up lacks of epochs that are over. Their files stay for days after the hub had them, and nobody
 * else sends them: a link carries the current epoch.
 */
import type { JournalRecord } from "@karibu/protocol/journal/record";
import type { Folder } from "../ground/files/folder.ts";
import { epochPath, listEpochs } from "./epochs.ts";
import { readSegments } from "./log-reader.ts";
import { recordOf, spelledOutBytes } from "./record-line.ts";
import { planReplay } from "./replay.ts";

/** Consecutive records, as one frame carries them. */
export interface OwedRun {
  readonly epoch: string;
  /** Records before these are lost. */
  readonly lostBefore: boolean;
  readonly records: readonly JournalRecord[];
}

/** Of one epoch that the hub knows; null: it takes nothing more of it. */
export interface KnownEpoch {
  readonly epoch: string;
  readonly seq: number | null;
}

const runMax = { records: 500, bytes: 64 * 1024 };
const lost = "";

/** Oldest first, without what was carried over into a later epoch. Changes nothing, so it may run while an agent writes. */
export async function* readOwed(
  folder: Folder,
  current: string,
  known: readonly KnownEpoch[],
): AsyncGenerator<OwedRun> {
  const has = new Map(known.map(({ epoch, seq }) => [epoch, seq]));
  const { existing } = await listEpochs(folder);
  for (const { epoch, throughSeq } of await planReplay(folder, existing, null)) {
    const from = has.has(epoch) ? (has.get(epoch) as number | null) : 0;
    if (epoch === current || from === null) continue;
    let sentSeq = from;
    let run: JournalRecord[] = [];
    let runBytes = 0;
    const taken = (): OwedRun => {
      const first = run[0] as JournalRecord;
      const owed = { epoch, lostBefore: first.seq > sentSeq + 1, records: run };
      sentSeq = (run.at(-1) as JournalRecord).seq;
      run = [];
      runBytes = 0;
      return owed;
    };
    for await (const { lines } of readSegments(folder, epochPath(epoch), {
      placeholder: () => lost,
      skipThroughSeq: from,
    })) {
      for (const line of lines) {
        if (line.json === lost || line.seq <= from || line.seq > throughSeq) continue;
        const bytes = spelledOutBytes(line.json);
        const isFull = run.length >= runMax.records || runBytes + bytes > runMax.bytes;
        if (run.length > 0 && (isFull || line.seq !== (run.at(-1) as JournalRecord).seq + 1)) yield taken();
        run.push(recordOf(line));
        runBytes += bytes;
      }
    }
    if (run.length > 0) yield taken();
  }
}
