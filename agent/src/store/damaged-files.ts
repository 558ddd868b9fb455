/**
 * Files of the data folder that could not be read and were set aside as `.damaged`. They tell of a failing stick for as long
 * as they are kept, also after restarts: a site without a hub has nobody else to tell it.
 */
import type { Folder } from "../ground/folder.ts";

export interface DamagedFiles {
  /** Looks anew. Never rejects: what can't be listed is as it was. */
  look(): Promise<readonly string[]>;
  readonly last: readonly string[];
}

export function createDamagedFiles(folder: Pick<Folder, "list">): DamagedFiles {
  let last: readonly string[] = [];
  return {
    async look() {
      const names = await folder.list("").catch(() => null);
      if (names !== null) last = names.filter((name) => name.endsWith(".damaged"));
      return last;
    },
    get last() {
      return last;
    },
  };
}
