/**
 * Counts what is written to flash, in whole blocks of 4 KiB, because flash wears by the block. Small writes to one block cost
 * one block when one sync covers them, and one block each when they are synced separately.
 */
import type { Clock } from "@karibu/protocol/world";
import type { AppendFile, Folder } from "./folder.ts";

const blockBytes = 4096;

export interface MeteredFolder {
  /** The folder to use: it counts and passes everything on. */
  readonly folder: Folder;
  /** Whole blocks, since the start. */
  bytesWritten(): number;
  /** Syncs of appended files since the start, and their duration. */
  syncs(): SyncFigures;
}

export interface SyncFigures {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** Without a clock the syncs are not timed. */
export function createMeteredFolder(inner: Folder, clock: Pick<Clock, "monotonicMs"> | null = null): MeteredFolder {
  let blocks = 0;
  let syncs: SyncFigures = { count: 0, totalMs: 0, longestMs: 0 };

  async function append(name: string): Promise<AppendFile> {
    const file = await inner.append(name);
    let endBytes = (await inner.stat(name))?.sizeBytes ?? 0;
    let syncedBytes = endBytes;
    const count = (): void => {
      blocks += blocksTouched(syncedBytes, endBytes);
      syncedBytes = endBytes;
    };
    return {
      file: file.file,
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
    readAround: (name) => inner.readAround(name),
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
    stat: (name) => inner.stat(name),
  };
  return { folder, bytesWritten: () => blocks * blockBytes, syncs: () => syncs };
}

/** Blocks that hold at least one byte of the range from `fromByte` (included) to `toByte` (excluded). */
export function blocksTouched(fromByte: number, toByte: number): number {
  return toByte <= fromByte ? 0 : Math.floor((toByte - 1) / blockBytes) - Math.floor(fromByte / blockBytes) + 1;
}
