import type { JournalRecord } from "@karibu/protocol/journal/record";

/** A record that is in the database, and where it came from. */
export interface Projected<Record extends JournalRecord = JournalRecord> {
  readonly siteId: string;
  readonly epoch: string;
  readonly record: Record;
}

export type RecordOf<Kind extends JournalRecord["kind"]> = Extract<JournalRecord, { kind: Kind }>;

export function ofKind<Kind extends JournalRecord["kind"]>(
  entries: readonly Projected[],
  kind: Kind,
): Projected<RecordOf<Kind>>[] {
  return entries.filter((entry): entry is Projected<RecordOf<Kind>> => entry.record.kind === kind);
}
