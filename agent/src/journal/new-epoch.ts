/**
 * Begins a new epoch while the journal is in use. New records get numbers of the new epoch at once, after the records
 * that are carried over from the old one. The new epoch exists once its first segment is written, in one piece: a power
 * cut before leaves the old epoch.
 */

import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { epochPath, writeOrigin } from "./epochs.ts";
import { encodeBatch } from "./framing.ts";
import type { LogHolder } from "./known-end.ts";
import { asRecordLog, type RecordLog } from "./log.ts";
import { createLogWriter } from "./log-writer.ts";
import type { MakePlaceholder } from "./placeholder.ts";
import { segmentName } from "./segments.ts";

export interface NewEpoch {
  readonly log: RecordLog;
  readonly carried: number;
  /** Writes the new epoch and lets the log write. Rejects when the disk refuses; then call it again. */
  write(): Promise<void>;
}

export function beginEpoch(
  world: World,
  folder: Folder,
  options: {
    readonly old: RecordLog;
    /** Where the old epoch ends for the hub: later records can't be there, so they are carried over. */
    readonly from: { readonly epoch: string; readonly afterSeq: number };
    readonly next: string;
    readonly segmentBytesMax: number;
    readonly queueBytesMax: number;
    readonly placeholder: MakePlaceholder;
    readonly makeRoom: () => Promise<void>;
    readonly holder: LogHolder | undefined;
  },
): NewEpoch {
  const { old, from, next } = options;
  const carried = Math.max(0, old.lastSeq - from.afterSeq);
  const path = epochPath(next);
  const writer = createLogWriter(world, folder, {
    path,
    owner: "journal",
    segmentBytesMax: options.segmentBytesMax,
    queueBytesMax: options.queueBytesMax,
    lastSeq: carried,
    segments: [],
    tailBytes: 0,
    stop: { isMarked: false, hasNote: false },
    unsynced: null,
    held: true,
    makeRoom: options.makeRoom,
    holder: options.holder,
  });

  async function write(): Promise<void> {
    await old.flush();
    const jsons: string[] = [];
    for (let seq = from.afterSeq; jsons.length < carried; ) {
      const lines = await old.readAfter(seq, { records: carried - jsons.length, bytes: Number.MAX_SAFE_INTEGER });
      if (lines.length === 0) throw new Error(`record ${seq + 1} of epoch ${from.epoch} can't be read back`);
      for (const line of lines) {
        jsons.push(line.json);
        seq = line.seq;
      }
    }
    await writeOrigin(folder, next, { from: from.epoch, afterSeq: from.afterSeq });
    const content = carried === 0 ? new Uint8Array() : encodeBatch(1, jsons);
    const name = segmentName(path, 1);
    await folder.replace(name, content);
    writer.release([{ name, firstSeq: 1, lastSeq: carried, sizeBytes: content.length }]);
    await old.close().catch(() => {});
  }

  return { log: asRecordLog(world.clock, folder, writer, options.placeholder), carried, write };
}
