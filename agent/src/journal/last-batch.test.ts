/**
 * Damage to the last batch, every bit and every length: no intact record goes with a damaged one, and nothing goes silently
 * that could be noticed.
 */
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { openJournal, type Recovery } from "./open-journal.ts";

const earlier = 3;
const last = 40;
const all = earlier + last;
/** Short, because every bit of 40 of them is flipped; some of them objects, some lists. */
const event = (number: number): JournalEvent =>
  number % 8 === 0
    ? { kind: "alarm", name: `n${number}`, fields: { sold: "ndizi ñ" } }
    : { kind: "session-used", sessionKey: `n${number}`, ...counters };
const counters = { inputBytes: bytes(1), outputBytes: bytes(2), onlineSeconds: seconds(3) };
const nameOf = (record: JournalRecord): string =>
  record.kind === "session-used" ? record.sessionKey : (record as { name: string }).name;

interface Site {
  readonly world: SimulatedWorld;
  readonly folder: FaultyFolder;
  readonly segment: string;
  /** Where each record's line begins, and the position of its newline. */
  readonly lines: readonly { readonly start: number; readonly end: number }[];
  readonly content: Uint8Array;
}

/** A journal whose last batch has 40 records, all of them acknowledged, and then a stop or a crash. */
async function site(end: "stopped" | "crashed"): Promise<Site> {
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

async function find({ world, folder, segment }: Site, content: Uint8Array): Promise<Found> {
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

function flipped(content: Uint8Array, bit: number): Uint8Array {
  const changed = content.slice();
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

const wanted = (except: number | null): string[] =>
  Array.from({ length: all }, (_, index) => (index === except ? "journal-lost" : `n${index + 1}`));

const alarmsOf = (recovery: Recovery): unknown[] =>
  recovery.alarms.map(({ name, fields }) => [name, fields.lostRecords]);

test.each(["crashed", "stopped"] as const)(
  "after it has %s, a flipped bit anywhere in the last 40 records costs that record alone, and is said",
  async (end) => {
    const damaged = await site(end);
    const { lines, content } = damaged;
    const name = end === "crashed" ? "journal-torn" : "journal-damaged";
    const from = (lines[earlier]?.start ?? 0) - 1; // the empty line before the batch
    const to = (lines.at(-1)?.end ?? 0) + 1;
    for (let at = from; at < to; at++) {
      const isBetween = content[at] === 0x0a;
      const hit = isBetween ? null : lines.findIndex(({ end }) => at < end);
      for (let bit = 0; bit < 8; bit++) {
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
  },
  240_000,
);

test("a flipped bit in the end mark, or in its note, costs nothing and is reported", async () => {
  const stopped = await site("stopped");
  const { content, lines, folder, segment } = stopped;
  const behind = (lines.at(-1)?.end ?? 0) + 1;
  expect(content.length).toBeGreaterThan(behind);
  for (let bit = behind * 8; bit < content.length * 8; bit++) {
    const { names, recovery } = await find(stopped, flipped(content, bit));
    expect(names).toEqual(wanted(null));
    expect(alarmsOf(recovery), `bit ${bit}`).toEqual([["journal-damaged", 0]]);
  }
  const note = (await folder.list(segment.slice(0, segment.lastIndexOf("/")))).find((name) =>
    name.endsWith("end.json"),
  );
  const noted = (await folder.read(note as string)) as Uint8Array;
  for (let bit = 0; bit < noted.length * 8; bit++) {
    await folder.replace(note as string, flipped(noted, bit));
    const { names, recovery } = await find(stopped, content);
    expect(names).toEqual(wanted(null));
    expect(alarmsOf(recovery), `bit ${bit}`).toEqual([["journal-damaged", 0]]);
  }
});

test("after a crash, a file cut anywhere keeps every complete record, and the cut is reported unless it is at a record's end", async () => {
  const crashed = await site("crashed");
  const { content, lines } = crashed;
  for (let length = 0; length <= content.length; length++) {
    const { names, recovery } = await find(crashed, content.subarray(0, length));
    // A record that lacks nothing but its newline is whole.
    const whole = lines.filter(({ end }) => end <= length).length;
    expect(names, `cut to ${length}`).toEqual(wanted(null).slice(0, whole));
    const isBetween = length === 0 || content[length - 1] === 0x0a;
    expect(alarmsOf(recovery), `cut to ${length}`).toEqual(isBetween ? [] : [["journal-torn", 0]]);
  }
});

test("after a stop, a file cut anywhere is noticed, with the number of lost records", async () => {
  const stopped = await site("stopped");
  const { content, lines } = stopped;
  for (let length = 0; length < content.length; length++) {
    const { names, recovery, lastSeq } = await find(stopped, content.subarray(0, length));
    const whole = lines.filter(({ end }) => end <= length).length;
    expect(names, `cut to ${length}`).toEqual(wanted(null).fill("journal-lost", whole));
    expect(lastSeq, `cut to ${length}`).toBe(all);
    expect(alarmsOf(recovery), `cut to ${length}`).toEqual([["journal-damaged", all - whole]]);
  }
  expect(alarmsOf((await find(stopped, content)).recovery)).toEqual([]);
});

test.each(["crashed", "stopped"] as const)(
  "after it has %s, a power cut at any operation of the start that repairs it keeps what is there, and no damage is found twice",
  async (end) => {
    const { folder: original, segment, content, lines } = await site(end);
    const files = new Map<string, Uint8Array>();
    for (const name of await original.list("")) files.set(name, (await original.read(name)) as Uint8Array);
    const hit = earlier + 16;
    const bit = (lines[hit]?.start ?? 0) * 8 + 300;
    for (let cut = 0; cut < 20; cut++) {
      for (let seed = 0; seed < 6; seed++) {
        const world = createSimulatedWorld(seed * 1000 + cut);
        const folder = createFaultyFolder(world);
        for (const [name, bytes] of files) await folder.replace(name, name === segment ? flipped(content, bit) : bytes);
        const start = async () => {
          const replayed: JournalRecord[] = [];
          const onRecord = (record: JournalRecord) => void replayed.push(record);
          const { journal, recovery } = await openJournal(world, folder, { replayAfter: null, onRecord });
          await journal.append(event(1000)).durable;
          await journal.close();
          return { names: replayed.map(nameOf), recovery };
        };
        folder.reboot();
        folder.cutPowerAt(cut);
        await start().catch((error: Error) => expect(String(error.cause ?? error)).toContain("power"));
        folder.reboot();
        const again = await start();
        expect(again.names.slice(0, all), `cut at ${cut}`).toEqual(wanted(hit));
        expect(again.names.slice(all)).toEqual(again.names.length > all ? ["n1000"] : []);
        const { recovery } = await start();
        expect(recovery, `cut at ${cut}`).toEqual({ isDamaged: false, torn: null, lost: [], setAside: [], alarms: [] });
      }
    }
  },
);
