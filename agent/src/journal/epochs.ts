/**
 * The epochs of a journal, one folder each: `<number, 4 digits>-<random>`. The names sort by age. Two sites, or two
 * lives of one site, never use the same name. An epoch exists when it has a segment, or the note of a clean stop.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, writeTwin } from "../ground/files/json-file.ts";
import { stopNoteName } from "./stop-note.ts";

export const journalRoot = "journal";

export const epochPath = (epoch: string): string => `${journalRoot}/${epoch}`;

/** 0: the name is no epoch's. */
export function epochNumber(epoch: string): number {
  const digits = /^([0-9]{4,9})-[0-9a-f]+$/.exec(epoch)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/** A name that sorts after all of `known`. */
export function nextEpoch(world: Pick<World, "random">, known: readonly string[]): string {
  const number = Math.max(0, ...known.map(epochNumber)) + 1;
  return `${String(number).padStart(4, "0")}-${newSecret(world, 12)}`;
}

/** Oldest first. `named` includes epochs that have no segment yet. */
export async function listEpochs(folder: Folder): Promise<{ existing: string[]; named: string[] }> {
  const existing = new Set<string>();
  const named = new Set<string>();
  for (const name of await folder.list(`${journalRoot}/`)) {
    const [, epoch, file] = name.split("/");
    if (epoch === undefined || file === undefined || epochNumber(epoch) === 0) continue;
    named.add(epoch);
    if (/^[0-9]{12}\.log$/.test(file) || file === stopNoteName) existing.add(epoch);
  }
  const byAge = (a: string, b: string): number => epochNumber(a) - epochNumber(b);
  return { existing: [...existing].sort(byAge), named: [...named] };
}

/** How an epoch began: the records after `afterSeq` of the epoch before were carried over as its first ones. */
export interface Origin {
  readonly from: string;
  readonly afterSeq: number;
}

const originName = (epoch: string): string => `${epochPath(epoch)}/origin.json`;

export async function writeOrigin(folder: Folder, epoch: string, origin: Origin): Promise<void> {
  await writeTwin(folder, originName(epoch), origin);
}

/** Kept twice: without it the records that were carried over would count in both epochs. */
export async function readOrigin(folder: Folder, epoch: string): Promise<Origin | null> {
  return (await readTwin<Origin>(folder, originName(epoch))) as Origin | null;
}
