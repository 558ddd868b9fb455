/**
 * The format of the whole data folder. Two rules make it possible to go back to the previous release:
 * - each release can read what the next one writes: a format is read by one release before another one writes it;
 * - a migration, which rewrites files, runs only after the launcher accepted the new release.
 * Files of a newer format stay unchanged: the release that wrote them kept them readable for this one.
 */
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";

export interface Migration {
  /** The format of the folder after this migration. The first format is 1. */
  readonly to: number;
  /** Must be safe to repeat after an interruption at any point. */
  apply(folder: Folder): Promise<void>;
}

/** From this format on, a snapshot holds used codes as bits. Releases that know only the first format would read none of them. */
export const bitsFormat = 2;

/** In order of `to`. Nothing is rewritten for `bitsFormat`: the next snapshot is. */
const migrations: readonly Migration[] = [{ to: bitsFormat, apply: async () => {} }];

const fileName = "format.json";

/** A folder without this file has the first format. */
export async function readStateFormat(folder: Folder): Promise<number> {
  const format = (await readJsonFile<{ format: unknown }>(folder, fileName))?.format;
  // Damaged counts as the first: migrations may be repeated.
  return typeof format === "number" && Number.isSafeInteger(format) && format > 0 ? format : 1;
}

/** Call it after the launcher accepted this release. Rejects with the disk's error; completed migrations stay complete. */
export async function migrateState(folder: Folder, steps: readonly Migration[] = migrations): Promise<void> {
  const format = await readStateFormat(folder);
  for (const step of steps) {
    if (step.to <= format) continue;
    await step.apply(folder);
    await writeJsonFile(folder, fileName, { format: step.to });
  }
}
