import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import type { KnownEpoch, OwedRun } from "./owed-runs.ts";

/**
 * The journal: what this site has promised, in order. Everything else here (except the feed) can be rebuilt from it.
 * Shape   one record a line: `<seq> <crc32 hex8> <json>\n`; seq starts at 1 in each epoch and has no gaps. The JSON
 *         does not repeat it (`record-line.ts`). An empty line begins each batch: everything before it was synced
 *         (`framing.ts`).
 * Files   `journal/<epoch>/<first seq, 12 digits>.log`; a segment is closed at a size and kept 7 days after the hub has
 *         it.
 * Stop    a clean stop ends the last segment with the end mark and writes a note beside it (`stop-note.ts`). A log that
 *         is less than both say was damaged, and the missing records are known.
 * Crash   of the last batch the readable records are kept and the rest is reported (`journal-torn`): a power cut, or
 *         damage.
 * Damage  a damaged segment is repaired and its original kept as `.damaged`. An alarm `journal-lost` takes the place of
 *         each lost record. `openJournal` (open-journal.ts) returns what it found.
 * Errors  "journal/full", "journal/not-writable": the disk refuses. "journal/shared": another writer was found. "journal/closed".
 */
export interface Journal {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly ackedSeq: number;
  /** False while the disk refuses: records wait in memory and their `durable` rejects. */
  readonly writable: boolean;
  /** False: what the start read may be lost with the power, because the disk refused to sync it. `flush` asks again. */
  readonly isReadSynced: boolean;
  /** Something else writes to the folder: what was found. Nothing more is written then. Null: nothing was found. */
  readonly shared: string | null;
  /**
   * Stamps the event and queues it. `durable` resolves after the fdatasync of its batch. It rejects when the disk
   * refuses now: no reply may depend on this record then, but it keeps its place and is written as soon as the disk
   * takes it (wait with `flush`, do not append it again). Throws only when the queue is full: then nothing happened. `isRest`: it belongs to
   * what was queued just before, and has a place in a full queue too.
   */
  append(event: JournalEvent, isRest?: boolean): { record: JournalRecord; durable: Promise<void> };
  /** Durable records after `seq`, oldest first, at most this many and this many bytes of JSON. */
  readAfter(seq: number, limit: { records: number; bytes: number }): Promise<JournalRecord[]>;
  /** What is still held of epochs that are over, beyond what the hub knows of each. */
  readOwed(known: readonly KnownEpoch[]): AsyncGenerator<OwedRun>;
  /** The hub has committed everything up to `seq`. */
  acknowledge(seq: number): void;
  /** Runs when records became durable. Returns the function that stops listening. */
  onDurable(listener: () => void): () => void;
  /**
   * The hub found that this journal went back in time: continues under a new epoch, from seq 1. Its first records are
   * those of the old epoch that the hub can't have; new records follow. Resolves when it is on disk. `afterSeq`: the hub has the old
   * epoch up to here. Left out: up to where the journal ended when it was opened, or what the hub has confirmed since.
   */
  startEpoch(afterSeq?: number): Promise<void>;
  /** Resolves when all records are on disk, read ones too; rejects when the disk refuses now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
