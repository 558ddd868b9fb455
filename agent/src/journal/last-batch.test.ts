/**
 * Damage to the last batch, any byte and any length: no intact record goes with a damaged one, and nothing goes silently
 * that could be noticed. `last-batch.long.test.ts` flips every bit, and cuts at every length.
 */

import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { inLongRunAll, isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { openJournal } from "./open-journal.ts";
import { alarmsOf, all, earlier, event, find, flipEach, flipped, nameOf, site, wanted } from "./test-last-batch.ts";

test.each(["crashed", "stopped"] as const)(
  "after it has %s, a flipped bit in any byte of the last 40 records costs that record alone at most, and is said",
  (end) => flipEach(end, (at) => (isLongRun || at % 5 === 0 ? [at % 8] : [])),
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

/** Every length in the long run; otherwise one of seven, and those around the end of each record. */
function cuts({ lines }: { readonly lines: readonly { readonly end: number }[] }, max: number): number[] {
  const ends = new Set(lines.flatMap(({ end }) => [end - 1, end, end + 1]));
  const lengths = Array.from({ length: max + 1 }, (_, length) => length);
  return inLongRunAll(lengths, (length) => length % 7 === 0 || length === max || ends.has(length));
}

test("after a crash, a file cut anywhere keeps every complete record, and the cut is reported unless it is at a record's end", async () => {
  const crashed = await site("crashed");
  const { content, lines } = crashed;
  for (const length of cuts(crashed, content.length)) {
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
  for (const length of cuts(stopped, content.length - 1)) {
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
    // One changed byte would be mended.
    const damaged = flipped(flipped(content, bit), bit + 80);
    for (let cut = 0; cut < 20; cut++) {
      for (let seed = 0; seed < (isLongRun ? 6 : 2); seed++) {
        const world = createSimulatedWorld(seed * 1000 + cut);
        const folder = createFaultyFolder(world);
        for (const [name, bytes] of files) await folder.replace(name, name === segment ? damaged : bytes);
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
        expect(recovery, `cut at ${cut}`).toMatchObject({
          isDamaged: false,
          torn: null,
          lost: [],
          givenTwice: [],
          setAside: [],
          alarms: [],
        });
      }
    }
  },
);
