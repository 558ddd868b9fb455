/**
 * The site's state at a position in the journal, so that a restart replays only the records after it. Two copies are kept. When both
 * are damaged, the whole journal is replayed.
 */
import type { Folder } from "../ground/files/folder.ts";
import type { JournalPoint } from "../journal/replay.ts";
import { openDocument } from "./document-file.ts";

export interface Snapshots<State> {
  /** The newest good snapshot; null: replay from the beginning. Handed over once, and null from then on. */
  takeLoaded(): { readonly point: JournalPoint; readonly state: State } | null;
  /** The older copy's point: a restart needs no journal before it, even when the newest copy is damaged. Null: there is none. */
  readonly coveredPoint: JournalPoint | null;
  /** Files that were damaged, or that another release wrote. They need an alarm. */
  readonly setAside: readonly string[];
  /**
   * Is a new snapshot due? Often enough for a quick start, rarely enough for the flash. `journalBytesSince`: growth of the journal's
   * `figures().grownBytes` since the last snapshot.
   */
  isDue(point: JournalPoint, journalBytesSince: number): boolean;
  /**
   * `state` has all records up to `point`, and they are durable (`await journal.flush()` first). Returns the position up to which a
   * restart no longer needs the journal, for `journal.covered`; null: keep everything. Rejects with the disk's error; the older copy
   * stays valid.
   */
  save(point: JournalPoint, state: State): Promise<JournalPoint | null>;
}

const snapshotName = "state/snapshot.json";
/** Replaying less journal than this (about 10,000 records) takes a fraction of a second, so no snapshot is needed. */
const replayBytesMin = 2 * 1024 * 1024;
/** Snapshots add at most a quarter to what the journal writes. */
const journalPerSnapshot = 4;
/**
 * A large state is written more often than that. The journal is kept back to the older of two snapshots, and must fit into the folder
 * beside them; at a busy site this much takes two weeks, so the flash does not feel it.
 */
const replayBytesMax = 12 * 1024 * 1024;

/** `isOurs`: see `openDocument`. `bytesMax`: of the journal between two snapshots, where the folder is small. */
export async function openSnapshot<State>(
  folder: Folder,
  isOurs?: (state: State) => boolean,
  bytesMax: number = replayBytesMax,
): Promise<Snapshots<State>> {
  const document = await openDocument<JournalPoint, State>(folder, snapshotName, isOurs);
  let loaded = document.takeLoaded();
  let savedPoint = loaded?.point ?? null;
  return {
    takeLoaded() {
      const taken = loaded;
      loaded = null;
      return taken === null ? null : { point: taken.point, state: taken.body };
    },
    coveredPoint: document.coveredPoint,
    setAside: document.setAside,
    isDue(point, journalBytesSince) {
      if (savedPoint !== null && savedPoint.epoch !== point.epoch) return true;
      const wanted = Math.max(replayBytesMin, journalPerSnapshot * document.fileBytes);
      return journalBytesSince >= Math.min(bytesMax, wanted);
    },
    async save(point, state) {
      await document.save(point, state);
      savedPoint = point;
      return document.coveredPoint;
    },
  };
}
