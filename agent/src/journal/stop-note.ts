/**
 * Where a clean stop left a log, noted beside it: with the end mark in the log itself there are two witnesses in two files, so
 * that neither can be cut off or changed unseen. The mark is written first, so this note never tells of a stop that was not
 * finished; it is removed before the log grows again, so it never outlives one. (Under a release that knows neither it does; then
 * the log goes on behind it, and it counts no more.)
 */
import type { Folder } from "../ground/folder.ts";
import { decodeLine, encodeLine } from "./framing.ts";

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

/** Never rejects: a note that can't be read is a damaged one. */
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

/** Returns its new name; null: the disk refuses, and it is found again. */
export async function setStopNoteAside(folder: Folder, path: string): Promise<string | null> {
  const aside = `${nameIn(path)}.damaged`;
  return folder.rename(nameIn(path), aside).then(
    () => aside,
    () => null,
  );
}
