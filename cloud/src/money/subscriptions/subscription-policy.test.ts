import { describe, expect, test } from "vitest";
import { afterPause, dayMs, paidUntilOf } from "./period-arithmetic.ts";
import {
  creditDutyOf,
  inTimeUntilOf,
  nextLookMs,
  phaseOf,
  refusePause,
  refusePromise,
  type SubscriptionFacts,
  standingOf,
  usualRules,
} from "./subscription-policy.ts";

const anchorMs = Date.parse("2026-01-31T10:00:00+03:00");
const facts: SubscriptionFacts = {
  paid: { anchorMs, every: { unit: "month", count: 1 }, utcOffsetMinutes: 180, periods: 1, shiftedMs: 0 },
  isEnded: false,
  cancelAtEnd: false,
  suspendedReason: null,
  pausedAtMs: null,
  pauseUntilMs: null,
  promisedUntilMs: null,
  promisedAtMs: null,
  utcOffsetMinutes: 180,
  bridgedUntilMs: null,
  rules: { ...usualRules, graceSeconds: 2 * 86_400 },
  terms: { dataBytes: null, useSeconds: null },
};
const endMs = paidUntilOf(facts.paid);

describe("[CUS-04] [CUS-05] what a subscription gives, to the millisecond", () => {
  test.each([
    ["paid", {}, endMs - 1, "active"],
    ["the end", {}, endMs, "grace"],
    ["the last moment of grace", {}, endMs + 2 * dayMs - 1, "grace"],
    ["grace is over", {}, endMs + 2 * dayMs, "over"],
    ["a promise reaches further", { promisedUntilMs: endMs + 3 * dayMs }, endMs + 2 * dayMs, "grace"],
    ["cancelled: no grace", { cancelAtEnd: true }, endMs, "over"],
    ["suspended", { suspendedReason: "cheque" }, endMs - 1, "suspended"],
    ["paused beats suspended", { suspendedReason: "cheque", pausedAtMs: 1, pauseUntilMs: 2 }, endMs - 1, "paused"],
    ["ended", { isEnded: true }, endMs - 1, "ended"],
  ] as const)("%s", (_what, change, nowMs, phase) => {
    expect(phaseOf({ ...facts, ...change }, nowMs)).toBe(phase);
  });

  test("the site is told the dates and the way; a pause, an end and a cancelled one show no page", () => {
    const way = { way: "page", downKbps: 512, upKbps: 512 };
    expect(standingOf(facts, anchorMs)).toEqual({
      paidUntilMs: endMs,
      graceUntilMs: endMs + 2 * dayMs,
      suspended: null,
      afterEnd: way,
      period: null,
    });
    expect(standingOf({ ...facts, suspendedReason: "cheque" }, anchorMs)).toMatchObject({
      suspended: "cheque",
      afterEnd: way,
    });
    for (const shut of [{ isEnded: true }, { cancelAtEnd: true }, { pausedAtMs: anchorMs }])
      expect(standingOf({ ...facts, ...shut }, anchorMs).afterEnd).toBeNull();
    expect(standingOf({ ...facts, rules: { ...facts.rules, afterWay: "cut" } }, anchorMs).afterEnd).toBeNull();
  });

  test("[CUS-18] the site is told when a pause ends and what is paid then, unless staff hold it back as well", () => {
    const pausedAtMs = endMs - dayMs;
    const paused = { ...facts, pausedAtMs, pauseUntilMs: pausedAtMs + 5 * dayMs };
    const afterEnd = { way: "page", downKbps: 512, upKbps: 512 };
    const at = { atMs: endMs + 4 * dayMs, paidUntilMs: endMs + 5 * dayMs };
    const resumes = (change: Partial<SubscriptionFacts>) => standingOf({ ...paused, ...change }, pausedAtMs).resumes;
    expect(resumes({})).toEqual({ ...at, graceUntilMs: endMs + 7 * dayMs, afterEnd });
    expect(resumes({ cancelAtEnd: true })).toEqual({ ...at, graceUntilMs: endMs + 5 * dayMs, afterEnd: null });
    for (const held of [{ suspendedReason: "cheque" }, { isEnded: true }, { pausedAtMs: null, pauseUntilMs: null }])
      expect(resumes(held)).toBeUndefined();
  });

  test("between the end and the charge nobody is cut off, is late or begins anew, where credit covers it; who cancels meanwhile has no such time", () => {
    const strict = { ...facts, rules: { ...usualRules, graceSeconds: 0 } };
    const bridged = { ...strict, bridgedUntilMs: endMs + 3_600_000 };
    expect(creditDutyOf(bridged, endMs - 1)).toBe(null);
    expect([phaseOf(strict, endMs), phaseOf(bridged, endMs), phaseOf(bridged, endMs + 3_600_000)]).toEqual([
      "over",
      "active",
      "over",
    ]);
    expect([standingOf(bridged, endMs).graceUntilMs, inTimeUntilOf(bridged)]).toEqual([
      endMs + 3_600_000,
      endMs + 3_600_000,
    ]);
    expect(standingOf({ ...bridged, cancelAtEnd: true }, endMs - 1).graceUntilMs).toBe(endMs);
    // A pause moves the end: it is looked at again before the new one.
    const paused = { ...bridged, paid: { ...bridged.paid, shiftedMs: 5 * dayMs } };
    expect(creditDutyOf(paused, endMs + 5 * dayMs - 1)).toBe("bridge");
  });

  test("data is counted by period, and the period turns at its boundary", () => {
    const counted = {
      ...facts,
      paid: { ...facts.paid, periods: 2 },
      terms: { dataBytes: 1 as never, useSeconds: null },
    };
    const [first, second] = [anchorMs, endMs].map((ms) => `${ms / 1000}`);
    expect([anchorMs, endMs - 1, endMs, endMs + 90 * dayMs].map((ms) => standingOf(counted, ms).period)).toEqual([
      first,
      first,
      second,
      second,
    ]);
    expect(nextLookMs(counted, anchorMs)).toBe(endMs);
    // What is paid ahead is told ahead; a pause moves it.
    const next = { fromMs: endMs, period: second };
    expect(standingOf(counted, anchorMs).nextPeriods).toEqual([next]);
    expect(standingOf(counted, endMs).nextPeriods).toBeUndefined();
    const resting = { ...counted, pausedAtMs: anchorMs + dayMs, pauseUntilMs: anchorMs + 3 * dayMs };
    expect(standingOf(resting, anchorMs + dayMs).nextPeriods).toEqual([{ ...next, fromMs: endMs + 2 * dayMs }]);
    expect(standingOf({ ...counted, paid: { ...counted.paid, periods: 30 } }, anchorMs).nextPeriods).toHaveLength(12);
    // A pause begins no new count.
    const pausedMs = anchorMs + 5 * dayMs;
    const rested = afterPause(counted.paid, { fromMs: pausedMs, untilMs: pausedMs + dayMs });
    expect(standingOf({ ...counted, paid: rested }, pausedMs + dayMs).period).toBe(first);
    expect(standingOf({ ...counted, pausedAtMs: pausedMs }, endMs + dayMs).period).toBe(first);
    expect(standingOf({ ...counted, paid: rested }, endMs + dayMs).period).toBe(second);
  });

  test("somebody looks at the hours of its last day, ten minutes before the end, at the end, at the end of grace, and then no more", () => {
    const looks: number[] = [];
    for (let atMs: number | null = anchorMs; atMs !== null && looks.length < 9; ) {
      atMs = nextLookMs(facts, atMs);
      if (atMs !== null) looks.push(atMs);
    }
    const hour = 3_600_000;
    // It ends at ten in the morning: the phone may be asked at 7, 10, 13, 16 and 19.
    const ends = [endMs - 600_000, endMs, endMs + 2 * dayMs];
    const asked = [-3, 3, 6, 9].map((hours) => endMs + hours * hour);
    expect(looks).toEqual([...ends, ...asked].sort((a, b) => a - b));
    const duties = [-600_001, -600_000, -1, 0, 90 * dayMs].map((ms) => creditDutyOf(facts, endMs + ms));
    expect(duties).toEqual([null, "bridge", "bridge", "charge", "charge"]);
    expect(creditDutyOf({ ...facts, cancelAtEnd: true }, endMs)).toBe(null);
  });
});

test.each([
  ["a day after the end", {}, endMs + dayMs, endMs, null],
  ["when it is over, from now on", {}, endMs + 12 * dayMs, endMs + 10 * dayMs, null],
  ["twice", { promisedUntilMs: endMs }, endMs + dayMs, endMs, "promised-already"],
  ["long before it is due", {}, endMs + dayMs, anchorMs, "not-due"],
  ["further than the rule", {}, endMs + 3 * dayMs + 1, endMs, "too-late"],
  ["for the past", {}, endMs - 1, endMs, "too-late"],
  ["where nobody may", { rules: { ...usualRules, promiseDaysMax: 0 } }, endMs + 1, endMs, "not-allowed"],
  ["of one that is cancelled", { cancelAtEnd: true }, endMs + 1, endMs, "not-allowed"],
] as const)("[CUS-19] a promise to pay: %s", (_what, change, untilMs, nowMs, refusal) => {
  expect(refusePromise({ ...facts, ...change }, untilMs, nowMs)).toBe(refusal);
});

test.each([
  ["within the rule", {}, 10, 20, null],
  ["a day too long", {}, 11, 20, "too-long"],
  ["where nobody may", { rules: { ...usualRules, pauseDaysMax: 0 } }, 1, 0, "not-allowed"],
  ["of one that is paused", { pausedAtMs: anchorMs }, 1, 0, "not-allowed"],
] as const)("[CUS-18] a pause %s", (_what, change, days, used, refusal) => {
  expect(refusePause({ ...facts, ...change }, days, used, anchorMs + dayMs)).toBe(refusal);
});
