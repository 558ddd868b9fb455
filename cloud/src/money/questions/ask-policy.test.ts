import { describe, expect, test } from "vitest";
import type { FailureReason } from "../evidence/evidence.ts";
import { type Askable, decideAsk, isUrgent, defaultAskSettings as settings, whoIsNext } from "./ask-policy.ts";

const prompted: Askable = {
  state: "prompted",
  reason: null,
  deniedAgeMs: null,
  requestId: "ws_CO_1",
  corroborated: false,
  unreceipted: false,
  ageMs: 0,
  questions: 0,
  hasParked: false,
};
const idle = { freeInMs: 0, idle: true };
const busy = { freeInMs: 0, idle: false };
const decide = (changes: Partial<Askable>, budget = idle) => decideAsk({ ...prompted, ...changes }, budget, settings);

describe("a question", () => {
  test("is first put 45 s after the push, or after 20 s when nobody else asks", () => {
    expect(decide({ ageMs: 10_000 })).toEqual({ kind: "wait", soonMs: 10_000 });
    expect(decide({ ageMs: 20_000 })).toEqual({ kind: "ask" });
    expect(decide({ ageMs: 20_000 }, busy)).toEqual({ kind: "wait", soonMs: 25_000 });
    expect(decide({ ageMs: 45_000 }, busy)).toEqual({ kind: "ask" });
  });

  test("waits for the budget", () => {
    expect(decide({ ageMs: 60_000 }, { freeInMs: 4000, idle: false })).toEqual({
      kind: "wait",
      soonMs: 4000,
      forBudget: true,
    });
  });

  test("[PAY-05] is put again at growing distances, then hourly, and after a day a person must look", () => {
    expect(decide({ ageMs: 46_000, questions: 2 })).toEqual({ kind: "wait", soonMs: 14_000 });
    expect(decide({ ageMs: 310_000, questions: 6 })).toMatchObject({ kind: "wait", soonMs: 290_000 });
    expect(decide({ ageMs: 610_000, questions: 7 })).toMatchObject({ kind: "wait", soonMs: 590_000 });
    expect(decide({ ageMs: 4_810_000, questions: 10 })).toMatchObject({ kind: "wait", soonMs: 3_590_000 });
    expect(decide({ ageMs: 86_400_000, questions: 29 })).toMatchObject({ kind: "give-up" });
  });

  test("is put at once when a callback waits to be believed", () => {
    expect(decide({ state: "unknown", ageMs: 3000, hasParked: true })).toEqual({ kind: "ask" });
  });

  test("about what is paid already takes only what the others leave", () => {
    expect(decide({ state: "paid", ageMs: 50_000 }, busy)).toMatchObject({ kind: "wait" });
    expect(decide({ state: "paid", ageMs: 50_000 })).toEqual({ kind: "ask" });
    expect(decide({ state: "paid", corroborated: true })).toEqual({ kind: "done" });
  });
});

test("a push that nobody answered for a minute has lost its answer", () => {
  expect(decide({ state: "sending", requestId: null, ageMs: 20_000 })).toEqual({ kind: "wait", soonMs: 40_000 });
  expect(decide({ state: "sending", requestId: null, ageMs: 60_000 })).toEqual({ kind: "answer-lost" });
});

test("without a request id a callback is waited for, and then a person must look", () => {
  expect(decide({ state: "unknown", requestId: null, ageMs: 100_000 })).toMatchObject({ kind: "wait" });
  expect(decide({ state: "unknown", requestId: null, ageMs: 300_000 })).toMatchObject({ kind: "give-up" });
});

describe("a purchase that failed", () => {
  const failed = (reason: FailureReason, changes: Partial<Askable> = {}, budget = idle) =>
    decide({ state: "failed", reason, ageMs: 200_000, questions: 3, ...changes }, budget);

  test("is not asked about where no money can come after it", () => {
    for (const reason of ["no-funds", "wrong-pin", "limit", "pin-locked"] as const)
      expect(failed(reason)).toEqual({ kind: "done" });
  });

  test("NO-SILENCE: is asked about when its prompt is over, for the news that it was paid after all may be lost", () => {
    for (const reason of ["unreachable", "cancelled", "expired"] as const) {
      expect(failed(reason)).toEqual({ kind: "ask" });
      expect(failed(reason, { ageMs: 50_000, questions: 1 })).toEqual({ kind: "wait", soonMs: 100_000 });
    }
    expect(failed("unreachable", { deniedAgeMs: 60_000 })).toEqual({ kind: "ask" });
    expect(failed("unreachable", { deniedAgeMs: 150_000 })).toEqual({ kind: "done" });
  });

  test("NO-SILENCE: goes to a person where the push's answer was lost, for then nobody can be asked", () => {
    for (const reason of ["unreachable", "cancelled", "expired"] as const) {
      expect(failed(reason, { requestId: null })).toEqual({ kind: "wait", soonMs: 100_000 });
      expect(failed(reason, { requestId: null, ageMs: 300_000 })).toMatchObject({ kind: "give-up" });
    }
    expect(failed("wrong-pin", { requestId: null, ageMs: 300_000 })).toEqual({ kind: "done" });
    // The channel's own answer to the prompt, as of a number that is none of Airtel's: nothing is on a phone.
    expect(failed("unreachable", { requestId: null, deniedAgeMs: 1000, ageMs: 300_000 })).toEqual({ kind: "done" });
  });

  test("takes only what the others leave, and is asked about for a day at most", () => {
    expect(failed("unreachable", {}, busy)).toEqual({ kind: "wait", soonMs: 300_000 });
    expect(failed("unreachable", {}, { freeInMs: 4000, idle: false })).toMatchObject({ soonMs: 4000, forBudget: true });
    expect(failed("unreachable", { ageMs: 86_400_000 })).toEqual({ kind: "done" });
  });
});

test("NO-SILENCE: whatever the state, it is asked, looked at again, given up to a person, or settled", () => {
  for (const state of ["created", "sending", "prompted", "unknown", "paid_unreceipted"] as const) {
    for (const ageMs of [0, 20_000, 60_000, 300_000, 86_400_000]) {
      for (const requestId of [null, "ws_CO_1"]) {
        const decision = decide({ state, ageMs, requestId, unreceipted: state === "paid_unreceipted" });
        expect(decision.kind).not.toBe("done");
        if (decision.kind === "wait") expect(decision.soonMs).toBeGreaterThan(0);
      }
    }
  }
});

test("[BEY-06] who has been told what became of it waits behind all others, unless they say that they have paid", () => {
  const urgent = (["created", "sending", "prompted", "unknown", "failed", "paid", "paid_unreceipted"] as const).filter(
    (state) => isUrgent({ state, claimedAtMs: null }),
  );
  expect(urgent).toEqual(["created", "sending", "prompted", "unknown"]);
  expect(isUrgent({ state: "paid", claimedAtMs: 1 })).toBe(true);
});

test("[BEY-05] the newest customer who waits is asked about first, and every fifth time who has waited longest", () => {
  const waits = (sinceMs: number) => ({ state: "prompted" as const, standsSinceMs: sinceMs, waitsSinceMs: sinceMs });
  const waiting = [waits(200), waits(100), waits(300)];
  expect([0, 1, 2, 3, 4, 5, 9].map((turn) => whoIsNext(waiting, turn))).toEqual([2, 2, 2, 2, 1, 2, 1]);
});
