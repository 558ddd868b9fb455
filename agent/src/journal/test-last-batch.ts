/** A journal whose last batch is damaged in a chosen way, and what is found in it afterwards. */
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect } from "vitest";
import { openJournal, type Recovery } from "./open-journal.ts";

export const earlier = 3;
const last = 40;
export const all = earlier + last;
/** Short, because every bit of 40 of them is flipped; some of them objects, some lists. */
export const event = (number: number): JournalEvent =>
  number % 8 === 0
    ? { kind: "alarm", name: `n${number}`, fields: { sold: "ndizi ñ" } }
    : { kind: "session-used", sessionKey: `n${number}`, ...counters };
const counters = { inputBytes: bytes(1), outputBytes: bytes(2), onlineSeconds: seconds(3) };
export const nameOf = (record: JournalRecord): string =>
  record.kind === "session-used" ? record.sessionKey : (record as { name: string }).name;

export interface Site {
  readonly world: SimulatedWorld;
  readonly folder: FaultyFolder;
  readonly segment: string;
  /** Where each record's line begins, and the position of its newline. */
  readonly lines: readonly { readonly start: number; readonly end: number }[];
  readonly content: Uint8Array;
}

/** A journal whose last batch has 40 records, all of them acknowledged, and then a stop or a crash. */
export async function site(end: "stopped" | "crashed"): Promise<Site> {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
  for (let number = 1; number <= earlier; number++) await journal.append(event(number)).durable;
  await Promise.all(Array.from({ length: last }, (_, index) => journal.append(event(earlier + 1 + index)).durable));
  if (end === "stopped") await journal.close();
  else folder.reboot();
  const segment = `journal/${journal.epoch}/000000000001.log`;
  const content = (await folder.read(segment)) as Uint8Array;
  const text = Buffer.from(content).toString("latin1");
  const lines = Array.from(text.matchAll(/^[1-9].*$/gm), ({ index, 0: line }) => ({
    start: index,
    end: index + line.length,
  }));
  expect(lines).toHaveLength(all);
  return { world, folder, segment, lines, content };
}

interface Found {
  readonly names: string[];
  readonly recovery: Recovery;
  readonly lastSeq: number;
}

export async function find({ world, folder, segment }: Site, content: Uint8Array): Promise<Found> {
  const before = new Map<string, Uint8Array>();
  for (const name of await folder.list("")) before.set(name, (await folder.read(name)) as Uint8Array);
  await folder.replace(segment, content);
  const replayed: JournalRecord[] = [];
  const onRecord = (record: JournalRecord) => void replayed.push(record);
  const { journal, recovery } = await openJournal(world, folder, { replayAfter: null, onRecord });
  expect(replayed.map(({ seq }) => seq)).toEqual(Array.from({ length: replayed.length }, (_, index) => index + 1));
  expect(await journal.readAfter(0, { records: 1e6, bytes: 1e9 })).toEqual(replayed);
  const { lastSeq } = journal;
  for (const name of await folder.list("")) if (!before.has(name)) await folder.remove(name);
  for (const [name, content] of before) await folder.replace(name, content);
  return { names: replayed.map(nameOf), recovery, lastSeq };
}

export function flipped(content: Uint8Array, bit: number): Uint8Array {
  const changed = content.slice();
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

export const wanted = (except: number | null): string[] =>
  Array.from({ length: all }, (_, index) => (index === except ? "journal-lost" : `n${index + 1}`));

export const alarmsOf = (recovery: Recovery): unknown[] =>
  recovery.alarms.map(({ name, fields }) => [name, fields.lostRecords]);

/**
 * Flips these bits of each byte of the last batch, one at a time: a flip costs nothing, because the checksum tells what stood there; one that makes a
 * newline of a letter costs its record alone. Each is said.
 */
export async function flipEach(end: "stopped" | "crashed", bitsOf: (at: number) => readonly number[]): Promise<void> {
  const damaged = await site(end);
  const { lines, content } = damaged;
  const name = end === "crashed" ? "journal-torn" : "journal-damaged";
  const from = (lines[earlier]?.start ?? 0) - 1; // the empty line before the batch
  const to = (lines.at(-1)?.end ?? 0) + 1;
  for (let at = from; at < to; at++) {
    const isBetween = content[at] === 0x0a;
    for (const bit of bitsOf(at)) {
      const isCut = !isBetween && ((content[at] as number) ^ (1 << bit)) === 0x0a;
      const hit = isCut ? lines.findIndex(({ end }) => at < end) : null;
      const { names, recovery, lastSeq } = await find(damaged, flipped(content, at * 8 + bit));
      const where = `byte ${at}, bit ${bit}`;
      expect(names, where).toEqual(wanted(hit));
      expect(lastSeq, where).toBe(all);
      const alarms = alarmsOf(recovery);
      // Without the line before a batch it is unknown which batch was the last one.
      if (end === "crashed" && at === from) expect(alarms, where).toHaveLength(1);
      else expect(alarms, where).toEqual([[name, hit === null ? 0 : 1]]);
    }
  }
}
