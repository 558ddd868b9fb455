/**
 * The site's state as it was at a place in the journal, so that a restart replays only what came after. Two copies are
 * kept; when both are damaged, everything that the journal still holds is replayed.
 */
import type { Folder } from "../ground/folder.ts";
import type { JournalPoint } from "../journal/replay.ts";
import { openDocument } from "./document-file.ts";

export interface Snapshots<State> {
  /** The newest good one; null: replay from the beginning. */
  readonly loaded: { readonly point: JournalPoint; readonly state: State } | null;
  /** Damaged files that were found: worth an alarm. */
  readonly setAside: readonly string[];
  /**
   * Is it time for another? Often enough for a quick start, rarely enough for the flash. `journalBytesSince`: by how much
   * the journal's `figures().grownBytes` went up since the last one.
   */
  isDue(point: JournalPoint, journalBytesSince: number): boolean;
  /**
   * `state` holds all records up to `point` and those are durable (`await journal.flush()` first). Returns the place up
   * to which the journal is not needed for a restart any more, for `journal.covered`; null: keep all. Rejects with the
   * disk's error: the older copy stays good.
   */
  save(point: JournalPoint, state: State): Promise<JournalPoint | null>;
}

const snapshotName = "state/snapshot.json";
/** Below this much journal (some 10,000 records, a fraction of a second) a replay takes no time worth a write. */
const replayBytesMin = 2 * 1024 * 1024;
/** Snapshots add at most a quarter to what the journal writes. */
const journalPerSnapshot = 4;

export async function openSnapshot<State>(folder: Folder): Promise<Snapshots<State>> {
  const document = await openDocument<JournalPoint, State>(folder, snapshotName);
  let savedPoint = document.loaded?.point ?? null;
  return {
    loaded: document.loaded === null ? null : { point: document.loaded.point, state: document.loaded.body },
    setAside: document.setAside,
    isDue(point, journalBytesSince) {
      if (savedPoint !== null && savedPoint.epoch !== point.epoch) return true;
      return journalBytesSince >= Math.max(replayBytesMin, journalPerSnapshot * document.fileBytes);
    },
    async save(point, state) {
      await document.save(point, state);
      savedPoint = point;
      return document.coveredPoint;
    },
  };
}
