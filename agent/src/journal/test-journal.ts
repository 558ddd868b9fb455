/** What the journal's tests share: alarms as records with different names. */
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { type JournalOptions, openJournal, type Recovery, type StoredJournal } from "./open-journal.ts";

export const event = (name: string): JournalEvent => ({ kind: "alarm", name, fields: {} });
export const twelve = Array.from({ length: 12 }, (_, index) => `n${index}`);
export const everything = { records: 1_000_000, bytes: 1e9 };
export const names = (records: readonly JournalRecord[]): unknown[] =>
  records.map((record) => (record as { name?: string }).name);

export interface Opened {
  readonly journal: StoredJournal;
  readonly replayed: JournalRecord[];
  readonly recovery: Recovery;
}

export async function open(world: World, folder: Folder, options: Partial<JournalOptions> = {}): Promise<Opened> {
  const replayed: JournalRecord[] = [];
  const onRecord = (record: JournalRecord): void => void replayed.push(record);
  const { journal, recovery } = await openJournal(world, folder, { replayAfter: null, onRecord, ...options });
  return { journal, replayed, recovery };
}

export async function appendAll(journal: StoredJournal, wanted: readonly string[]): Promise<void> {
  for (const name of wanted) await journal.append(event(name)).durable;
}
