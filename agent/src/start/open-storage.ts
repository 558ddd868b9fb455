/** The first stage of a start: opens the data folder. Replays the journal, sets the clock, and loads the feed's rows. */
import type { World } from "@karibu/protocol/world";
import { openSiteClock, type SiteClock } from "../clock/site-clock.ts";
import { createFlashMeter, type FlashMeter } from "../doctor/flash-meter.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { Folder } from "../ground/files/folder.ts";
import { type HeldFolder, holdFolder } from "../ground/files/held-folder.ts";
import { createMeteredFolder, type SyncFigures } from "../ground/files/metered-folder.ts";
import { type JournalLimits, openState, type StateKeeper } from "../state/state-keeper.ts";
import { createDamagedFiles, type DamagedFiles } from "../store/damaged-files.ts";
import { openFeedStore, type StoredFeed } from "../store/open-feed-store.ts";
import { readStateFormat } from "../store/state-format.ts";
import { loadIdentity } from "../sync/identity.ts";
import { createRecordStamps } from "./record-stamps.ts";

export interface Storage {
  /** The world with the site's clock. */
  readonly world: World;
  readonly clock: SiteClock;
  /** With the system's own clock. */
  readonly raw: World;
  /** Counts what it writes. */
  readonly folder: Folder;
  /** Whether something else writes to the folder. */
  readonly held: Pick<HeldFolder, "shared" | "takeNote">;
  readonly flash: FlashMeter;
  readonly syncs: () => SyncFigures;
  readonly keeper: StateKeeper;
  readonly feed: StoredFeed;
  readonly damagedFiles: DamagedFiles;
  /** The folder held no record at the start: a new site, or a new stick. */
  readonly isEmpty: boolean;
  /** How far its journal had come; of one that is gone, what is known of it. */
  readonly opened: { readonly epoch: string; readonly seq: number };
  /** Writes what is only in memory, and closes the files. */
  close(): Promise<void>;
}

/** Rejects when the data folder can't be read. Damage and a full disk do not stop the agent. */
export async function openStorage(
  raw: World,
  { folder: dataFolder, bootId, uptimeMs }: Pick<Adapters, "folder" | "bootId" | "uptimeMs">,
  hasHub: boolean,
  limits: JournalLimits = {},
): Promise<Storage> {
  const held = await holdFolder(raw, dataFolder);
  const metered = createMeteredFolder(held.folder, raw.clock);
  const { folder } = metered;
  const flash = createFlashMeter(raw.clock, metered.bytesWritten);
  const stamps = createRecordStamps(raw.clock);
  const keeper = await openState(raw, folder, stamps.next, { ...limits, holder: held });
  const { state, journal } = keeper;
  const isEmpty = state.boot === 0;
  const opened = keeper.recovery.gone ?? { epoch: journal.epoch, seq: journal.lastSeq };
  const clock = await openSiteClock(raw.clock, {
    folder,
    hasHub,
    journalAtMs: state.lastAtMs,
    lastStampMs: () => state.lastAtMs,
    correctedAtMs: () => state.correctedAtMs,
    kernel: bootId == null || uptimeMs === undefined ? null : { bootId, uptimeMs },
  });
  stamps.useClock(clock);
  const world: World = { ...raw, clock };
  const feed = await openFeedStore(world, folder, { holder: held });
  // Damage is found now, and not with the next snapshot or when the hub is reached.
  await readStateFormat(folder).catch(() => {});
  await loadIdentity(folder).catch(() => {});
  const damagedFiles = createDamagedFiles(folder);
  await damagedFiles.refresh();
  return {
    world,
    raw,
    clock,
    folder,
    held,
    flash,
    syncs: metered.syncs,
    keeper,
    feed,
    damagedFiles,
    isEmpty,
    opened,
    async close() {
      await keeper.saveIfDue();
      await journal.close();
      await feed.close();
      await clock.stop();
    },
  };
}
