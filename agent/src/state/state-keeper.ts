/** Restores the state from snapshot and journal, and writes a new snapshot when the journal has grown since the last one. */

import type { Stamp } from "@karibu/protocol/journal/record";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { LogHolder } from "../journal/known-end.ts";
import { openJournal, type Recovery, type StoredJournal } from "../journal/open-journal.ts";
import type { JournalPoint } from "../journal/replay.ts";
import { openSnapshot, type Snapshots } from "../store/snapshot.ts";
import { bitsFormat, readStateFormat } from "../store/state-format.ts";
import { applyRecord } from "./apply-record.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { isSnapshot, restore, type StateSnapshot, snapshotOf } from "./state-snapshot.ts";

export interface StateKeeper {
  readonly state: SiteState;
  readonly journal: StoredJournal;
  readonly recovery: Recovery;
  /** Snapshot files that were damaged, or that another release wrote. */
  readonly setAside: readonly string[];
  /** Writes a snapshot when one is due. Never rejects: without it the next start merely takes longer. */
  saveIfDue(): Promise<void>;
}

/** How much of the journal is kept. Absent: as much as suits a stick. */
export interface JournalLimits {
  /** Of what the hub has. */
  readonly retainMs?: number;
  /** Between two snapshots. */
  readonly replayBytesMax?: number;
}

export async function openState(
  world: World,
  folder: Folder,
  stamp: () => Omit<Stamp, "seq">,
  { holder, retainMs, replayBytesMax }: JournalLimits & { readonly holder?: LogHolder } = {},
): Promise<StateKeeper> {
  const snapshots = await openSnapshot<StateSnapshot>(folder, isSnapshot, replayBytesMax);
  const restored = restoreLoaded(snapshots);
  const state = restored?.state ?? emptyState();
  const { journal, recovery } = await openJournal(world, folder, {
    replayAfter: restored?.point ?? null,
    covered: restored === null ? null : snapshots.coveredPoint,
    onRecord: (record) => applyRecord(state, record),
    stamp,
    holder,
    ...(retainMs === undefined ? {} : { retainMs }),
  });
  /** `grownBytes` of the journal that the last snapshot covers. */
  let coveredBytes = 0;
  let saving: Promise<void> | null = null;

  async function save(): Promise<void> {
    const last = { epoch: journal.epoch, seq: journal.lastSeq };
    if (!snapshots.isDue(last, journal.figures().grownBytes - coveredBytes)) return;
    const spentAs = (await readStateFormat(folder)) >= bitsFormat ? "bits" : "texts";
    const point = { epoch: journal.epoch, seq: journal.lastSeq };
    const { grownBytes } = journal.figures();
    const snapshot = snapshotOf(state, spentAs); // same moment as `point`
    await journal.flush();
    if (journal.epoch !== point.epoch) return; // a new epoch started during the flush: next time
    const covered = await snapshots.save(point, snapshot);
    coveredBytes = grownBytes;
    if (covered !== null) journal.covered(covered);
    world.log.debug("snapshot-saved", { ...point });
  }

  return {
    state,
    journal,
    recovery,
    setAside: snapshots.setAside,
    async saveIfDue() {
      saving ??= save()
        .catch((error: unknown) => world.log.warn("snapshot-failed", { error: String(error) }))
        .finally(() => {
          saving = null;
        });
      await saving;
    },
  };
}

/** In a function of its own, so that what was read is gone before the journal is. Null: the journal is replayed from its start. */
function restoreLoaded(snapshots: Snapshots<StateSnapshot>): { state: SiteState; point: JournalPoint } | null {
  const loaded = snapshots.takeLoaded();
  const state = loaded === null ? null : restore(loaded.state);
  return loaded === null || state === null ? null : { state, point: loaded.point };
}
