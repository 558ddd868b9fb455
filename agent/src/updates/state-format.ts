/**
 * The format of the data folder as a whole. Two rules keep a way back open:
 * - what a release writes, the release before it can read: a new format is read by one release before any writes it;
 * - a migration, which rewrites what is there, happens only once the new release has proved itself to the launcher.
 * Files of a newer format than this are left as they are: the release that wrote them kept them readable for this one.
 */
import type { Folder } from "../ground/folder.ts";

export interface Migration {
  /** The format that the folder has afterwards. The first one ever was 1. */
  readonly to: number;
  /** May be cut off anywhere and is then done again. */
  apply(folder: Folder): Promise<void>;
}

/** In order of `to`. This release's format is still the first one. */
export const migrations: readonly Migration[] = [];

const fileName = "format.json";

/** A folder without the file is of the first format. */
export async function readStateFormat(folder: Folder): Promise<number> {
  const content = await folder.read(fileName);
  if (content === null) return 1;
  try {
    const { format } = JSON.parse(Buffer.from(content).toString("utf8"));
    return Number.isSafeInteger(format) && format > 0 ? format : 1;
  } catch {
    return 1; // migrations may be repeated
  }
}

/** To be called after the proof of life. Rejects with the disk's error; what was done until then stays done. */
export async function migrateState(folder: Folder, steps: readonly Migration[] = migrations): Promise<void> {
  const format = await readStateFormat(folder);
  for (const step of steps) {
    if (step.to <= format) continue;
    await step.apply(folder);
    await folder.replace(fileName, Buffer.from(`${JSON.stringify({ format: step.to })}\n`));
  }
}
