/** How records of the sites' journals become database rows. A room that owns such rows declares a projector here. */
import type { JournalRecord } from "@karibu/protocol/journal/record";
import type { Tx } from "../db/database.ts";

/** A stored record, with the site and the epoch that it came from. */
export interface PlacedRecord<Record extends JournalRecord = JournalRecord> {
  readonly siteId: string;
  readonly epoch: string;
  readonly record: Record;
}

export type RecordOf<Kind extends JournalRecord["kind"]> = Extract<JournalRecord, { kind: Kind }>;

/** Records of one provider in the order of their journals, with no clock correction among them. */
export interface JournalBatch {
  readonly providerId: string;
  readonly records: readonly PlacedRecord[];
  /** By the hub's clock. */
  readonly receivedAtMs: number;
}

/**
 * A site learned the true time. Its stamps since its boot were wrong by `stepMs`: records of this epoch with
 * `fromSeq <= seq < beforeSeq`.
 */
export interface ClockCorrection {
  readonly providerId: string;
  readonly siteId: string;
  readonly epoch: string;
  readonly fromSeq: number;
  readonly beforeSeq: number;
  readonly stepMs: number;
  /** The corrected time. */
  readonly nowMs: number;
  /** The step is from a time of 1970: it moves what began then alone, and without it a step moves and settles only what began at a date. */
  readonly isOutOfUnknown: boolean;
  /** Somebody vouches for the corrected clock. */
  readonly isProved: boolean;
}

/** Runs in the transaction that stores the records, so that each record is projected once. */
export interface JournalProjector {
  /** Uses a few statements for any number of records. Ignores other kinds of records. */
  project(tx: Tx, batch: JournalBatch): Promise<void>;
  /** Moves the times of this room's rows. The `..._stamped_ms` columns keep what the site wrote. */
  correctClock?(tx: Tx, correction: ClockCorrection): Promise<void>;
}

export function ofKind<Kind extends JournalRecord["kind"]>(
  records: readonly PlacedRecord[],
  kind: Kind,
): PlacedRecord<RecordOf<Kind>>[] {
  return records.filter((one): one is PlacedRecord<RecordOf<Kind>> => one.record.kind === kind);
}
