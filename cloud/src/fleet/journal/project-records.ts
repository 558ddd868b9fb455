/**
 * The journal's records to the tables people read. In the transaction that inserts the records, so that each is
 * projected once. One statement per kind; only a clock correction divides a batch, because it moves what came before it.
 */

import { projectGrants } from "../../catalogue/grants/project-grants.ts";
import { projectOutages } from "../../catalogue/grants/project-outages.ts";
import { projectReleases } from "../../catalogue/leases/project-releases.ts";
import { projectSessions } from "../../catalogue/sessions/project-sessions.ts";
import type { Projected, RecordOf } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { projectCashSales } from "../../money/sellers/project-cash-sales.ts";
import { projectAlarms } from "../alarms/project-alarms.ts";
import { projectClockCorrection } from "../link/project/project-clock.ts";

/** `newEntryId` names the entries that sales make in the books. */
export async function projectRecords(
  tx: Tx,
  providerId: string,
  entries: readonly Projected[],
  receivedAtMs: number,
  newEntryId: () => string,
): Promise<void> {
  for (const { before, correction } of divideAtCorrections(entries)) {
    await projectSessions(tx, providerId, before, receivedAtMs);
    await projectGrants(tx, providerId, before, receivedAtMs);
    await projectOutages(tx, providerId, before, receivedAtMs);
    await projectReleases(tx, providerId, before, receivedAtMs);
    await projectCashSales(tx, providerId, before, { receivedAtMs, newEntryId });
    await projectAlarms(tx, providerId, before, receivedAtMs);
    if (correction !== null) await projectClockCorrection(tx, providerId, correction);
  }
}

interface Part {
  readonly before: Projected[];
  readonly correction: Projected<RecordOf<"clock-corrected">> | null;
}

function divideAtCorrections(entries: readonly Projected[]): Part[] {
  const parts: Part[] = [];
  let before: Projected[] = [];
  for (const entry of entries) {
    if (entry.record.kind !== "clock-corrected") before.push(entry);
    else {
      parts.push({ before, correction: entry as Projected<RecordOf<"clock-corrected">> });
      before = [];
    }
  }
  if (before.length > 0) parts.push({ before, correction: null });
  return parts;
}
