/** Somebody else writes into the journal's files: who finds that writes no more, and nothing that was acknowledged is lost. Real files. */
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { event, names, open } from "./test-journal.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "karibu-strangers-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const start = (options = {}) => open(createSimulatedWorld(), createNodeFolder(root), options);
type Started = Awaited<ReturnType<typeof start>>;

/** Appends until it is refused or the number is reached; returns the names that were acknowledged. */
async function write({ journal }: Started, prefix: string, count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let number = 0; number < count; number++) {
    const name = `${prefix}${number}`;
    const isDone = await journal.append(event(name)).durable.then(
      () => true,
      () => false,
    );
    if (!isDone) break;
    acknowledged.push(name);
  }
  return acknowledged;
}

test.each([1_000_000, 600])(
  "two journals on one folder (segments of %i bytes): at least one stops, and every acknowledged record is found again",
  async (segmentBytesMax) => {
    const first = await start({ segmentBytesMax });
    const before = await write(first, "before", 3);
    const second = await start({ segmentBytesMax });
    const [ofFirst, ofSecond] = await Promise.all([write(first, "a", 60), write(second, "b", 60)]);
    expect(Math.min(ofFirst.length, ofSecond.length)).toBeLessThan(60);
    expect([first.journal.writable, second.journal.writable]).toContain(false);
    await Promise.all([first.journal.close(), second.journal.close()]);
    const found = await start({ segmentBytesMax });
    const kept = new Set(names(found.replayed));
    expect([...before, ...ofFirst, ...ofSecond].filter((name) => !kept.has(name))).toEqual([]);
  },
);

test.each([
  ["bytes were appended", (file: string) => appendFile(file, "\n1 00000000 {}\n")],
  ["it was cut", (file: string) => truncate(file, 10)],
  ["it was emptied", (file: string) => writeFile(file, "")],
  ["it was replaced by an equal one", replaceByCopy],
  ["it was removed", (file: string) => rm(file)],
])(
  "the journal's file is not as it was left: %s. Nothing more is acknowledged, and why is known",
  async (_, disturb) => {
    const started = await start();
    await write(started, "a", 3);
    await disturb(join(root, "journal", started.journal.epoch, "000000000001.log"));
    expect(await write(started, "b", 2)).toEqual([]);
    expect(started.journal.writable).toBe(false);
    expect(started.journal.shared).toMatch(/000000000001\.log/);
    await expect(started.journal.flush()).rejects.toMatchObject({ code: "journal/shared" });
    await started.journal.close();
  },
);

test("what is appended after a stranger's bytes were found is refused at once: nobody waits for it, and a stop ends", async () => {
  const started = await start();
  await write(started, "a", 1);
  await appendFile(join(root, "journal", started.journal.epoch, "000000000001.log"), "\n1 00000000 {}\n");
  await write(started, "b", 1);
  await expect(started.journal.append(event("late")).durable).rejects.toMatchObject({ code: "journal/shared" });
  await expect(started.journal.flush()).rejects.toMatchObject({ code: "journal/shared" });
  await started.journal.close();
}, 10_000);

async function replaceByCopy(file: string): Promise<void> {
  const { readFile } = await import("node:fs/promises");
  await writeFile(`${file}.copy`, await readFile(file));
  await rename(`${file}.copy`, file);
}

test("numbers that were written twice: the first of each counts, and each other one is counted as lost", async () => {
  const started = await start();
  await write(started, "a", 5);
  const file = join(root, "journal", started.journal.epoch, "000000000001.log");
  await started.journal.close();
  const { encodeBatch } = await import("./framing.ts");
  const { textOf } = await import("./record-line.ts");
  const stamp = { atMs: 0 as never, clock: "synced", upMs: 1 } as const;
  await appendFile(
    file,
    encodeBatch(
      4,
      ["x", "y"].map((name) => textOf(stamp, event(name))),
    ),
  );
  const { recovery, replayed } = await start();
  expect(names(replayed)).toEqual(["a0", "a1", "a2", "a3", "a4"]);
  expect(recovery.alarms).toMatchObject([{ name: "journal-damaged", fields: { lostRecords: 2, firstLostSeq: 4 } }]);
});
