/**
 * Counts what goes to flash, in whole blocks of 4 KiB as flash is written: the wear that a site's budget is about. Several
 * small writes to one block cost one block when they are synced together, and one each when they are not.
 */
import type { Clock } from "@karibu/protocol/world";
import type { AppendFile, Folder } from "./folder.ts";

const blockBytes = 4096;

export interface MeteredFolder {
  /** The same folder, counted. */
  readonly folder: Folder;
  /** Since it was made; whole blocks. */
  bytesWritten(): number;
  /** How often appended files were synced since it was made, and how long that took. */
  syncs(): SyncFigures;
}

export interface SyncFigures {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** `clock`: absent, times are not taken. */
export function createMeteredFolder(inner: Folder, clock: Pick<Clock, "monotonicMs"> | null = null): MeteredFolder {
  let blocks = 0;
  let syncs: SyncFigures = { count: 0, totalMs: 0, longestMs: 0 };

  async function append(name: string): Promise<AppendFile> {
    const file = await inner.append(name);
    let endBytes = (await inner.read(name))?.length ?? 0;
    let syncedBytes = endBytes;
    const count = (): void => {
      blocks += blocksTouched(syncedBytes, endBytes);
      syncedBytes = endBytes;
    };
    return {
      async write(chunk) {
        await file.write(chunk);
        endBytes += chunk.length;
      },
      async sync() {
        count();
        if (clock === null) return await file.sync();
        const fromMs = clock.monotonicMs();
        await file.sync();
        const tookMs = clock.monotonicMs() - fromMs;
        const { count: before, totalMs, longestMs } = syncs;
        syncs = { count: before + 1, totalMs: totalMs + tookMs, longestMs: Math.max(longestMs, tookMs) };
      },
      async close() {
        count();
        await file.close();
      },
    };
  }

  const folder: Folder = {
    list: (prefix) => inner.list(prefix),
    read: (name) => inner.read(name),
    append,
    async replace(name, content) {
      blocks += Math.max(1, blocksTouched(0, content.length));
      await inner.replace(name, content);
    },
    rename: (from, to) => inner.rename(from, to),
    async truncate(name, sizeBytes) {
      blocks++;
      await inner.truncate(name, sizeBytes);
    },
    remove: (name) => inner.remove(name),
  };
  return { folder, bytesWritten: () => blocks * blockBytes, syncs: () => syncs };
}

/** Blocks that hold at least one byte from `fromByte` up to and without `toByte`. */
export function blocksTouched(fromByte: number, toByte: number): number {
  return toByte <= fromByte ? 0 : Math.floor((toByte - 1) / blockBytes) - Math.floor(fromByte / blockBytes) + 1;
}
