/**
 * Lists files of the data folder that could not be read and were renamed to `.damaged`. They show, also after restarts, that the
 * stick is failing. A site without a hub has no other report.
 */
import type { Folder } from "../ground/files/folder.ts";

export interface DamagedFiles {
  /** Lists the folder again. Never rejects: when it can't be listed, the last list stays. */
  refresh(): Promise<readonly string[]>;
  readonly last: readonly string[];
  /** Those of the last list that no alarm has named in this run: what recovery finds in logs and snapshots has alarms of its own. */
  takeNews(): readonly string[];
}

const hasOwnAlarm = /^(journal\/[^/]+\/(\d{12}\.log|end\.json)|feed\/.*|state\/snapshot.*)\.damaged$/;

export function createDamagedFiles(folder: Pick<Folder, "list">): DamagedFiles {
  let last: readonly string[] = [];
  const told = new Set<string>();
  return {
    async refresh() {
      const names = await folder.list("").catch(() => null);
      if (names !== null) last = names.filter((name) => name.endsWith(".damaged"));
      return last;
    },
    get last() {
      return last;
    },
    takeNews() {
      const news = last.filter((name) => !told.has(name) && !hasOwnAlarm.test(name));
      for (const name of news) told.add(name);
      return news;
    },
  };
}
