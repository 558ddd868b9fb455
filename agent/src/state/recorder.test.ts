import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { memoryJournal } from "../access/test-site.ts";
import { openJournal } from "../journal/open-journal.ts";
import { createRecorder } from "./recorder.ts";
import { emptyState } from "./site-state.ts";

const spent = { kind: "token-spent", tokenHash: "h", grantId: "g", mac: null } as const;

function recorderOf() {
  const log = memoryJournal(createSimulatedWorld());
  const state = emptyState();
  return { log, state, recorder: createRecorder(log.journal, state) };
}

test("an event that the disk refused keeps its place: callers wait for it, and it is never written twice", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("refuse");
  await expect(recorder.record(spent, { about: "grant g" })).rejects.toThrow("disk full");
  expect(state.tokens.has("h")).toBe(true);
  await expect(recorder.unwritten("grant g")).rejects.toThrow("disk full");
  log.setMode("quick");
  await recorder.unwritten("grant g");
  expect(recorder.unwritten("grant g")).toBeNull();
  expect(log.records).toHaveLength(1);
});

test("an event that the journal can't queue never happened, and only its caller gets the error", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("overflow");
  await expect(recorder.record(spent, { about: "grant g" })).rejects.toThrow("too much waits");
  expect(state.tokens.size).toBe(0);
  expect(recorder.unwritten("grant g")).toBeNull();
});

test.each([0, 1])(
  "events about one grant are unwritten until all of them are on disk, and %i of two are",
  async (first) => {
    const { log, recorder } = recorderOf();
    log.setMode("hold");
    recorder.record(spent, { about: "grant g" });
    recorder.record({ ...spent, tokenHash: "i" }, { about: "grant g" });
    let isWritten = false;
    const waiting = recorder.unwritten("grant g")?.then(() => {
      isWritten = true;
    });
    log.release(first);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(isWritten).toBe(false);
    log.release();
    await waiting;
    expect(recorder.unwritten("grant g")).toBeNull();
  },
);

test("what is recorded only on a willing disk leaves no trace on another", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("refuse");
  recorder.record(spent).catch(() => {}); // the first refusal shows that the disk refuses
  const refused = recorder.record([{ ...spent, tokenHash: "i" }], { about: "grant g", onlyIfWritable: true });
  await expect(refused).rejects.toMatchObject({ code: "journal/not-writable" });
  expect(state.tokens.has("i")).toBe(false);
  expect(recorder.unwritten("grant g")).toBeNull();
});

test("several events are on disk when their one promise resolves", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("hold");
  let isWritten = false;
  const both = recorder.record([spent, { ...spent, tokenHash: "i" }], { about: "grant g" }).then(() => {
    isWritten = true;
  });
  expect([...state.tokens.keys()]).toEqual(["h", "i"]);
  await Promise.resolve();
  expect(isWritten).toBe(false);
  log.release();
  await both;
});

test("events that belong together are queued together, or none of them, wherever the queue's bound falls", async () => {
  const sizes = new Set<number>();
  for (let queueBytesMax = 100; queueBytesMax < 500; queueBytesMax += 20) {
    const world = createSimulatedWorld();
    const folder = createFaultyFolder(world);
    const options = { replayAfter: null, onRecord: () => {}, queueBytesMax };
    const { journal } = await openJournal(world, folder, options);
    const state = emptyState();
    const events = ["h", "i", "j"].map((tokenHash) => ({ ...spent, tokenHash }));
    folder.limitBytes(0);
    await createRecorder(journal, state)
      .record(events, { about: "grant g" })
      .catch(() => {});
    expect([0, 3]).toContain(state.tokens.size);
    expect(journal.lastSeq).toBe(state.tokens.size);
    sizes.add(state.tokens.size);
    await journal.close();
  }
  expect(sizes).toEqual(new Set([0, 3]));
});

test("[BEY-12] what an agent wrote and did not sync is told to nobody until a disk that was read-only has it", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const options = { replayAfter: null, onRecord: () => {} };
  const first = await openJournal(world, folder, options);
  await createRecorder(first.journal, emptyState()).record(spent);
  folder.cutPowerAt(folder.operations + 1); // between write and sync
  const dies = createRecorder(first.journal, emptyState()).record({ ...spent, tokenHash: "i" });
  await expect(dies).rejects.toThrow("power is off");
  folder.startAgain();
  folder.readOnly(true);
  const read: number[] = [];
  const { journal } = await openJournal(world, folder, { ...options, onRecord: ({ seq }) => void read.push(seq) });
  const recorder = createRecorder(journal, emptyState());
  expect(read).toEqual([1, 2]);
  expect(recorder.unwritten("grant g")).toBeNull();
  await expect(recorder.unsynced("grant g")).rejects.toThrow("read-only");
  folder.readOnly(false);
  await recorder.unsynced("grant g");
  expect(recorder.unsynced("grant g")).toBeNull();
  folder.reboot();
  const kept: number[] = [];
  await openJournal(world, folder, { ...options, onRecord: ({ seq }) => void kept.push(seq) });
  expect(kept).toEqual([1, 2]);
});
