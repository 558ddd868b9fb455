/** How far the hub has the journal. It is written at intervals, because the hub repeats a lost position. */
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import { journalRoot } from "./epochs.ts";

export interface Position {
  readonly epoch: string;
  /** The hub has committed everything up to here. */
  readonly ackedSeq: number;
  /**
   * Where the journal ended when it was opened, until the hub confirms that. If the journal proves to have gone back in
   * time, the hub can't have later records. Null: confirmed.
   */
  readonly unconfirmedAfterSeq: number | null;
  /** By file name: how long a closed segment has not been needed. */
  readonly idle: Readonly<Record<string, Idle>>;
}

export interface Idle {
  /** The agent's running time. It does not depend on the wall clock. */
  readonly runMs: number;
  /** The wall clock at the beginning; null: it could not be trusted. */
  readonly sinceMs: number | null;
}

const positionName = `${journalRoot}/position.json`;

/** Null: no file, or a damaged one, which is set aside. Then the hub's answer and the segments must do. */
export async function readPosition(folder: Folder): Promise<Position | null> {
  return (await readJsonFile<Position>(folder, positionName).catch(() => null)) as Position | null;
}

export async function writePosition(folder: Folder, position: Position): Promise<void> {
  await writeJsonFile(folder, positionName, position);
}
