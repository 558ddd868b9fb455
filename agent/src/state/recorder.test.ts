import { createHandWoundWorld } from "@karibu/lab/faults/hand-wound-world";
import { expect, test } from "vitest";
import { memoryJournal } from "../access/test-site.ts";
import { createRecorder } from "./recorder.ts";
import { emptyState } from "./site-state.ts";

const spent = { kind: "token-spent", tokenHash: "h", grantId: "g", mac: null } as const;

function recorderOf() {
  const log = memoryJournal(createHandWoundWorld());
  const state = emptyState();
  return { log, state, recorder: createRecorder(log.journal, state) };
}

test("what the disk refused keeps its place: it is waited for, never written twice", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("refuse");
  await expect(recorder.record(spent, "grant g")).rejects.toThrow("disk full");
  expect(state.tokens.has("h")).toBe(true);
  await expect(recorder.settled("grant g")).rejects.toThrow("disk full");
  log.setMode("quick");
  await recorder.settled("grant g");
  expect(recorder.settled("grant g")).toBeNull();
  expect(log.records).toHaveLength(1);
});

test("what the journal can't even queue never happened, and nobody but the caller hears of it", async () => {
  const { log, recorder, state } = recorderOf();
  log.setMode("overflow");
  await expect(recorder.record(spent, "grant g")).rejects.toThrow("too much waits");
  expect(state.tokens.size).toBe(0);
  expect(recorder.settled("grant g")).toBeNull();
});

test("news about one grant is settled only when all of it is on disk", async () => {
  const { log, recorder } = recorderOf();
  log.setMode("hold");
  recorder.record(spent, "grant g");
  recorder.record({ ...spent, tokenHash: "i" }, "grant g");
  let isSettled = false;
  const settled = recorder.settled("grant g")?.then(() => {
    isSettled = true;
  });
  await Promise.resolve();
  expect(isSettled).toBe(false);
  log.release();
  await settled;
  expect(recorder.settled("grant g")).toBeNull();
});
