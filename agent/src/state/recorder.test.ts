import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { memoryJournal } from "../access/test-site.ts";
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

test("events about one grant are unwritten until all of them are on disk", async () => {
  const { log, recorder } = recorderOf();
  log.setMode("hold");
  recorder.record(spent, { about: "grant g" });
  recorder.record({ ...spent, tokenHash: "i" }, { about: "grant g" });
  let isWritten = false;
  const waiting = recorder.unwritten("grant g")?.then(() => {
    isWritten = true;
  });
  await Promise.resolve();
  expect(isWritten).toBe(false);
  log.release();
  await waiting;
  expect(recorder.unwritten("grant g")).toBeNull();
});

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
