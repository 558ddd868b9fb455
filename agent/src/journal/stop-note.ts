/**
 * The note of a clean stop, in a file beside the log: where the log ended. With the end mark in the log there are two
 * witnesses in two files, so that neither can be cut off or changed unnoticed. The mark is written first: a note never
 * reports an unfinished stop. The note is removed before the log grows: it never outlives its stop. (A release that
 * knows no notes leaves it there. The log then continues after it, and the note does not count.)
 */

import { decodeLine, encodeLine } from "../ground/files/checked-line.ts";
import type { Folder } from "../ground/files/folder.ts";

export interface StoppedAt {
  /** The first sequence of the last segment. */
  readonly segment: number;
  readonly lastSeq: number;
}

export type StopNote =
  | { readonly kind: "none" }
  | { readonly kind: "damaged" }
  | { readonly kind: "found"; readonly at: StoppedAt };

export const stopNoteName = "end.json";

const nameIn = (path: string): string => `${path}/${stopNoteName}`;

/** Never rejects: a note that can't be read counts as damaged. */
export async function readStopNote(folder: Folder, path: string): Promise<StopNote> {
  try {
    const content = await folder.read(nameIn(path));
    if (content === null) return { kind: "none" };
    const line = content.at(-1) === 0x0a ? decodeLine(content.subarray(0, -1)) : null;
    return line === null ? { kind: "damaged" } : { kind: "found", at: JSON.parse(line.json) as StoppedAt };
  } catch {
    return { kind: "damaged" };
  }
}

export async function writeStopNote(folder: Folder, path: string, at: StoppedAt): Promise<void> {
  await folder.replace(nameIn(path), Buffer.from(encodeLine(1, JSON.stringify(at))));
}

export async function removeStopNote(folder: Folder, path: string): Promise<void> {
  await folder.remove(nameIn(path));
}

/** Returns its new name; null: the disk refuses, and the next start finds it again. */
export async function setStopNoteAside(folder: Folder, path: string): Promise<string | null> {
  const aside = `${nameIn(path)}.damaged`;
  return folder.rename(nameIn(path), aside).then(
    () => aside,
    () => null,
  );
}
