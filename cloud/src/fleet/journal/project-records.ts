/**
 * Gives the journal's records to the projectors, in the transaction that stores the records. A clock
 * correction divides a batch, because it changes the times of what came before it.
 */
import type { JournalProjector, PlacedRecord, RecordOf } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readClockCorrection } from "./read-clock-correction.ts";

/** Projectors run in their order. */
export async function projectRecords(
  tx: Tx,
  projectors: readonly JournalProjector[],
  providerId: string,
  records: readonly PlacedRecord[],
  receivedAtMs: number,
): Promise<void> {
  for (const { before, correction } of divideAtCorrections(records)) {
    for (const projector of projectors) await projector.project(tx, { providerId, records: before, receivedAtMs });
    if (correction === null) continue;
    const reach = await readClockCorrection(tx, providerId, correction);
    for (const projector of projectors) await projector.correctClock?.(tx, reach);
  }
}

interface Part {
  readonly before: PlacedRecord[];
  readonly correction: PlacedRecord<RecordOf<"clock-corrected">> | null;
}

function divideAtCorrections(records: readonly PlacedRecord[]): Part[] {
  const parts: Part[] = [];
  let before: PlacedRecord[] = [];
  for (const one of records) {
    if (one.record.kind !== "clock-corrected") before.push(one);
    else {
      parts.push({ before, correction: one as PlacedRecord<RecordOf<"clock-corrected">> });
      before = [];
    }
  }
  if (before.length > 0) parts.push({ before, correction: null });
  return parts;
}
