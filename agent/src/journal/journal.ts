import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";

/**
 * The journal: what this site has promised, in order. All other state here (but the feed) can be rebuilt from it.
 * Shape   one record a line: `<seq> <crc32 hex8> <json>\n`; seq starts at 1 in each epoch and has no gaps, and does not
 *         stand in the JSON again (`record-line.ts`). An empty line begins each batch: what is before it was synced (see
 *         `framing.ts`).
 * Files   `journal/<epoch>/<first seq, 12 digits>.log`; segments are closed at a size and kept 7 days after their ack.
 * Stop    a clean one ends the last segment with the end mark and notes beside it where that is (`stopped-at.ts`): a log that
 *         is less than both say was damaged, and what misses is known.
 * Crash   of the last batch what is readable is kept and the rest is told (`journal-torn`): a power cut's work, or damage.
 * Damage  a damaged segment is repaired, its original kept as `.damaged`; each record that is lost leaves an alarm
 *         `journal-lost` in its place. `openJournal` (open-journal.ts) says what it found.
 * Errors  "journal/full", "journal/not-writable": the disk refuses. "journal/closed".
 */
export interface Journal {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly ackedSeq: number;
  /** False while the disk refuses: what is appended waits in memory and `durable` rejects. */
  readonly writable: boolean;
  /**
   * Stamps the event and queues it. `durable` resolves after the one fdatasync that covers the batch it fell into. It
   * rejects when the disk refuses now: then nobody may be answered on the strength of this record, but it keeps its
   * place and is written as soon as the disk takes it (wait with `flush`, do not append it again). Throws only when so
   * much waits that memory is at its limit: then nothing happened.
   */
  append(event: JournalEvent): { record: JournalRecord; durable: Promise<void> };
  /** Records after `seq`, oldest first, only durable ones, at most so many and so many bytes of JSON. */
  readAfter(seq: number, limit: { records: number; bytes: number }): Promise<JournalRecord[]>;
  /** The hub has committed everything up to `seq`. */
  acknowledge(seq: number): void;
  /** Runs whenever records became durable; returns how to stop listening. */
  onDurable(listener: () => void): () => void;
  /**
   * The hub found that this journal went back in time: go on under a new epoch, from seq 1. Its first records are those
   * of the old epoch that the hub can't have. Records appended meanwhile follow them; resolves when it is on disk.
   */
  startEpoch(): Promise<void>;
  /** Resolves when all that was appended is on disk; rejects when the disk refuses it now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
