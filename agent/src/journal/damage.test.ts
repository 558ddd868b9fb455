/** What a start finds in a journal that has changed since it was written, and how it recovers. */
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { encodeBatch, encodeEndMark } from "./framing.ts";
import { textOf } from "./record-line.ts";
import { appendAll, event, everything, names, open, twelve } from "./test-journal.ts";

function site(): { world: SimulatedWorld; folder: FaultyFolder } {
  const world = createSimulatedWorld();
  return { world, folder: createFaultyFolder(world) };
}

/** Seconds pass, with what they bring about. */
async function retryUntil(world: SimulatedWorld, isThere: () => boolean, secondsMax = 60): Promise<void> {
  for (let seconds = 0; seconds < secondsMax && !isThere(); seconds++) {
    world.advance(1000);
    for (let turns = 0; turns < 100; turns++) await Promise.resolve();
  }
  expect(isThere(), `within ${secondsMax} s`).toBe(true);
}

test("a torn tail is dropped and reported, and the next record takes its place", async () => {
  const { world, folder } = site();
  const first = await open(world, folder);
  await appendAll(first.journal, ["a", "b"]);
  const torn = await folder.append(`journal/${first.journal.epoch}/000000000001.log`);
  await torn.write(Buffer.from('\n3 01234567 {"kind":'));
  const second = await open(world, folder);
  expect(second.recovery).toMatchObject({ isDamaged: false, torn: { records: 0, droppedBytes: 20 }, lost: [] });
  expect(second.recovery.alarms).toMatchObject([
    { name: "journal-torn", fields: { lostRecords: 0, droppedBytes: 20 } },
  ]);
  await appendAll(second.journal, ["c"]);
  expect(names((await open(world, folder)).replayed)).toEqual(["a", "b", "c"]);
});

test("a release without end marks removes the mark and continues: that is no damage", async () => {
  const { world, folder } = site();
  const first = await open(world, folder);
  await appendAll(first.journal, ["a", "b"]);
  await first.journal.close();
  const name = `journal/${first.journal.epoch}/000000000001.log`;
  const content = (await folder.read(name)) as Uint8Array;
  await folder.truncate(name, content.length - encodeEndMark(2).length);
  const file = await folder.append(name);
  await file.write(encodeBatch(3, [textOf({ atMs: unixMs(5), clock: "synced", upMs: 1 }, event("c"))]));
  await file.sync();
  const second = await open(world, folder);
  expect(second.recovery).toMatchObject({ isDamaged: false, torn: null, alarms: [] });
  expect(names(second.replayed)).toEqual(["a", "b", "c"]);
  await second.journal.close();
  expect((await open(world, folder)).recovery.alarms).toEqual([]);
});

test("a stopped journal without its only segment is noticed, and its epoch continues", async () => {
  const { world, folder } = site();
  const first = await open(world, folder);
  await appendAll(first.journal, ["a", "b", "c"]);
  await first.journal.close();
  await folder.remove(`journal/${first.journal.epoch}/000000000001.log`);
  const second = await open(world, folder);
  expect(second.journal.epoch).toBe(first.journal.epoch);
  expect(second.recovery.alarms).toMatchObject([{ name: "journal-damaged", fields: { lostRecords: 3 } }]);
  expect(second.journal.append(event("d")).record.seq).toBe(4);
  await second.journal.close();
  const third = await open(world, folder);
  expect(third.recovery.alarms).toEqual([]);
  expect(names(third.replayed)).toEqual(["journal-lost", "journal-lost", "journal-lost", "d"]);
});

test("a damaged segment is set aside, placeholders replace its lost records, and an alarm reports it", async () => {
  const { world, folder } = site();
  const first = await open(world, folder, { segmentBytesMax: 400 });
  await appendAll(first.journal, twelve);
  await first.journal.close();
  const segment = first.journal.figures().segments > 2 ? `journal/${first.journal.epoch}/000000000005.log` : "";
  folder.damage(segment, 40, Buffer.from("XXXX"));
  for (const life of ["repairs", "finds it repaired"]) {
    const { journal, replayed, recovery } = await open(world, folder, { segmentBytesMax: 400 });
    if (life === "repairs") {
      expect(recovery.lost).toEqual([{ firstSeq: 5, lastSeq: 5 }]);
      expect(recovery.setAside).toEqual([`${segment}.damaged`]);
      const fields = { lostRecords: 1, firstLostSeq: 5, filesSetAside: 1 };
      expect(recovery.alarms).toEqual([{ kind: "alarm", name: "journal-damaged", fields }]);
    } else {
      expect(recovery.alarms).toEqual([]);
    }
    const read = await journal.readAfter(0, everything);
    expect(read.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(names(read)[4]).toBe("journal-lost");
    expect(names(replayed)[5]).toBe("n5");
    await journal.close();
  }
});

test.each(["unreadable", "gone"])("a segment that is %s in the middle gets placeholders", async (how) => {
  const { world, folder } = site();
  const first = await open(world, folder, { segmentBytesMax: 400 });
  await appendAll(first.journal, twelve);
  await first.journal.close();
  const name = `journal/${first.journal.epoch}/000000000005.log`;
  if (how === "gone") await folder.remove(name);
  else folder.unreadable(name);
  const second = await open(world, folder, { segmentBytesMax: 400 });
  expect(second.replayed.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(second.recovery.lost).toEqual([{ firstSeq: 5, lastSeq: 8 }]);
  await appendAll(second.journal, ["on"]);
  await second.journal.close();
  const third = await open(world, folder);
  expect(third.recovery.alarms).toEqual([]);
  expect(names(third.replayed).at(-1)).toBe("on");
});

test("a segment that went bad while the agent runs gives placeholders, and one on a stick that is pulled out is waited for", async () => {
  const { world, folder } = site();
  const before = await open(world, folder, { segmentBytesMax: 400 });
  await appendAll(before.journal, twelve);
  await before.journal.close();
  const { journal } = await open(world, folder, { segmentBytesMax: 400 });
  const read = () => journal.readAfter(0, everything);
  folder.pulledOut(true);
  await expect(read()).rejects.toThrow("EIO");
  folder.pulledOut(false);
  expect(names(await read())).toEqual(twelve);

  folder.unreadable(`journal/${journal.epoch}/000000000005.log`);
  await expect(read()).rejects.toThrow("EIO");
  world.advance(59_000);
  await expect(read()).rejects.toThrow("EIO");
  world.advance(1000);
  const records = await read();
  expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(names(records).slice(4, 8)).toEqual(Array.from({ length: 4 }, () => "journal-lost"));
  expect(names(records).slice(8)).toEqual(twelve.slice(8));
  expect(folder.names().filter((name) => name.endsWith(".trial"))).toEqual([]);
  await journal.close();
});

test.each(["at the start", "while the agent runs"])(
  "a bad sector in a segment, found %s, takes the records of its page and no others",
  async (when) => {
    const { world, folder } = site();
    const first = await open(world, folder);
    const many = Array.from({ length: 300 }, (_, index) => `n${index + 1}`);
    await appendAll(first.journal, many);
    const name = `journal/${first.journal.epoch}/000000000001.log`;
    await first.journal.close();
    if (when === "at the start") folder.badPage(name, 500);
    const { journal, recovery } = await open(world, folder);
    expect(recovery.isDamaged).toBe(when === "at the start");
    if (when !== "at the start") {
      folder.badPage(name, 500);
      await expect(journal.readAfter(0, everything)).rejects.toThrow("EIO");
      world.advance(60_000);
    }
    const read = await journal.readAfter(0, everything);
    expect(read.map(({ seq }) => seq)).toEqual(many.map((_, index) => index + 1));
    const lost = read.filter((record) => names([record])[0] === "journal-lost").map(({ seq }) => seq);
    expect(lost.length).toBeGreaterThan(10);
    expect(lost.length).toBeLessThan(80);
    expect(lost).toEqual(Array.from({ length: lost.length }, (_, index) => (lost[0] ?? 0) + index));
    expect(names(read).filter((each) => each !== "journal-lost")).toEqual(
      many.filter((_, index) => !lost.includes(index + 1)),
    );
    await appendAll(journal, ["on"]);
    await journal.close();
    const last = await open(world, folder);
    expect(names(await last.journal.readAfter(300, everything))).toEqual(["on"]);
  },
);

test("a file whose end the medium refuses for ever is left, and its records go into the next one: nothing waits for a new stick", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a", "b"]);
  const name = (first: number) => `journal/${journal.epoch}/${String(first).padStart(12, "0")}.log`;
  folder.unwritable(name(1));
  folder.unwritable(name(3));
  await expect(journal.append(event("c")).durable).rejects.toMatchObject({ code: "journal/not-writable" });
  await retryUntil(world, () => journal.figures().durableSeq === 3);
  await appendAll(journal, ["d"]);
  const files = folder.names().filter((each) => each.startsWith(`journal/${journal.epoch}/0`));
  expect(files).toEqual([name(1), name(3), `${name(3)}.damaged`]);
  await appendAll(journal, ["e"]);
  await journal.close();
  const again = await open(world, folder);
  expect(again.recovery.alarms).toEqual([]);
  expect(names(again.replayed)).toEqual(["a", "b", "c", "d", "e"]);
});

test("a bad block under the last good bytes refuses even the cut: the next file takes the records all the same, and a start drops the tail", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a", "b"]);
  folder.unwritable(`journal/${journal.epoch}/000000000001.log`, { where: "last-block" });
  await expect(journal.append(event("c")).durable).rejects.toMatchObject({ code: "journal/not-writable" });
  await retryUntil(world, () => journal.figures().durableSeq === 3);
  await appendAll(journal, ["d"]);
  expect(names(await journal.readAfter(0, everything))).toEqual(["a", "b", "c", "d"]);
  await journal.close();
  const again = await open(world, folder);
  expect(again.recovery.lost).toEqual([]);
  expect(again.recovery.givenTwice).toEqual([]);
  expect(names(again.replayed)).toEqual(["a", "b", "c", "d"]);
});

test("forty bad beginnings in a row are set aside under names that a disk takes, until a file takes the records", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  folder.unwritable(`journal/${journal.epoch}/000000000001.log`, { further: 39 });
  await expect(journal.append(event("a")).durable).rejects.toMatchObject({ code: "journal/not-writable" });
  await retryUntil(world, () => journal.figures().durableSeq === 1, 600);
  const aside = folder.names().filter((each) => each.endsWith(".damaged"));
  expect(aside).toHaveLength(40);
  expect(Math.max(...aside.map((each) => (each.split("/").at(-1) as string).length))).toBeLessThan(100);
});

test("a stick that was pulled out for long goes on in its own file or the next one, and loses nothing", async () => {
  const { world, folder } = site();
  const { journal } = await open(world, folder);
  await appendAll(journal, ["a"]);
  folder.pulledOut(true);
  await appendAll(journal, ["b"]).catch(() => {});
  let tries = 0;
  await retryUntil(world, () => ++tries > 10);
  folder.pulledOut(false);
  await retryUntil(world, () => journal.figures().durableSeq === 2);
  await journal.close();
  const again = await open(world, folder);
  expect(again.recovery.alarms).toEqual([]);
  expect(names(again.replayed)).toEqual(["a", "b"]);
});

test.each([
  ["a crash", 2],
  ["a stop", 3],
])(
  "an unreadable last segment after %s does not stop the agent, and no sequence that the hub has is used again",
  async (end, knownSeq) => {
    const { world, folder } = site();
    const first = await open(world, folder);
    await appendAll(first.journal, ["a", "b"]);
    first.journal.acknowledge(2);
    for (let turns = 0; turns < 60; turns++) await Promise.resolve(); // it is written down
    await appendAll(first.journal, ["c"]);
    if (end === "a stop") await first.journal.close();
    else folder.reboot();
    folder.unreadable(`journal/${first.journal.epoch}/000000000001.log`);
    const second = await open(world, folder);
    expect(second.journal.lastSeq).toBe(knownSeq);
    expect(second.recovery.alarms).toMatchObject([{ name: "journal-damaged", fields: { lostRecords: knownSeq } }]);
    expect(second.journal.append(event("d")).record.seq).toBe(knownSeq + 1);
    await second.journal.flush();
    await second.journal.close();
    expect((await open(world, folder)).recovery.alarms).toEqual([]);
  },
);

test("a file with a nonsense name is set aside instead of believed", async () => {
  const { world, folder } = site();
  const first = await open(world, folder);
  await appendAll(first.journal, ["a"]);
  const name = `journal/${first.journal.epoch}/999999999999.log`;
  await folder.replace(name, Buffer.from("?"));
  const second = await open(world, folder);
  expect(second.journal.lastSeq).toBe(1);
  expect(second.recovery.setAside).toEqual([`${name}.damaged`]);
});

test("damage on a disk that can't be written is read around and the agent starts", async () => {
  const { world, folder } = site();
  const first = await open(world, folder, { segmentBytesMax: 400 });
  await appendAll(first.journal, twelve);
  await first.journal.close();
  folder.damage(`journal/${first.journal.epoch}/000000000005.log`, 40, Buffer.from("XXXX"));
  folder.readOnly(true);
  const second = await open(world, folder, { segmentBytesMax: 400 });
  expect(second.replayed).toHaveLength(12);
  expect(second.recovery.lost).toHaveLength(1);
});
