import { bytes, seconds } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeCounters, noCounters, type ReportedCounters, sameCounters } from "./counters.ts";

const report = (inputBytes: number, sessionSeconds: number): ReportedCounters => ({
  inputBytes,
  outputBytes: 0,
  sessionSeconds,
});
const inputAfter = (...reports: ReportedCounters[]) =>
  reports.reduce((sum, one) => mergeCounters(sum, one, sum.onlineSeconds), noCounters).inputBytes;

test("totals are taken as they come, and a late report changes nothing", () => {
  expect(inputAfter(report(100, 10), report(300, 30))).toBe(300);
  expect(inputAfter(report(300, 30), report(100, 10))).toBe(300);
  expect(inputAfter(report(300, 30), report(300, 30))).toBe(300);
});

test("counters that start again at zero are added to what was counted before", () => {
  expect(inputAfter(report(1000, 100), report(50, 160), report(80, 220))).toBe(1080);
});

test("a counter of 32 bits that wraps goes on from 2^32", () => {
  expect(inputAfter(report(2 ** 32 - 1000, 100), report(500, 160))).toBe(2 ** 32 + 500);
});

test("it wraps from the last tenth of 32 bits into their first half; else it began anew, as a counter of more bits does", () => {
  const tenth = Math.ceil(2 ** 32 * 0.9);
  expect(inputAfter(report(tenth, 100), report(5, 160))).toBe(2 ** 32 + 5);
  expect(inputAfter(report(tenth - 1, 100), report(5, 160))).toBe(tenth - 1 + 5);
  expect(inputAfter(report(tenth, 100), report(2 ** 31 - 1, 160))).toBe(2 ** 32 + 2 ** 31 - 1);
  expect(inputAfter(report(tenth, 100), report(2 ** 31, 160))).toBe(tenth + 2 ** 31);
  expect(inputAfter(report(2 ** 32 - 1, 100), report(5, 160))).toBe(2 ** 32 + 5);
  expect(inputAfter(report(2 ** 32, 100), report(5, 160))).toBe(2 ** 32 + 5);
  expect(inputAfter(report(2 ** 32 + 7, 100), report(5, 160))).toBe(2 ** 32 + 12);
  // A second time, too.
  const twice = [report(tenth, 100), report(5, 160), report(tenth, 220), report(6, 280)];
  expect(inputAfter(...twice)).toBe(2 * 2 ** 32 + 6);
});

test("a report of the same second is no later one: what it lowers is a late packet", () => {
  expect(inputAfter(report(1000, 100), report(50, 100))).toBe(1000);
  expect(inputAfter(report(1000, 100), report(50, 101))).toBe(1050);
});

test("counters are the same where all three figures are", () => {
  const one = mergeCounters(noCounters, { inputBytes: 1, outputBytes: 2, sessionSeconds: 3 }, 0);
  expect(sameCounters(one, { ...one })).toBe(true);
  for (const other of [{ inputBytes: bytes(9) }, { outputBytes: bytes(9) }, { onlineSeconds: seconds(9) }])
    expect(sameCounters(one, { ...one, ...other })).toBe(false);
});

test("both directions are judged for themselves", () => {
  const first = mergeCounters(noCounters, { inputBytes: 100, outputBytes: 100, sessionSeconds: 10 }, 0);
  const merged = mergeCounters(first, { inputBytes: 10, outputBytes: 150, sessionSeconds: 20 }, 10);
  expect(merged).toEqual({
    inputBytes: bytes(110),
    outputBytes: bytes(150),
    onlineSeconds: seconds(20),
    baseInputBytes: bytes(100),
    baseOutputBytes: bytes(0),
  });
});

test("no order of reports ever lowers what was counted", () => {
  const any = fc.record({
    inputBytes: fc.nat(2 ** 31 - 1).map((half) => half * 2),
    outputBytes: fc.nat(),
    sessionSeconds: fc.nat(10_000),
  });
  fc.assert(
    fc.property(fc.array(any), (reports) => {
      let before = noCounters;
      for (const one of reports) {
        const after = mergeCounters(before, one, before.onlineSeconds);
        expect(after.inputBytes).toBeGreaterThanOrEqual(before.inputBytes);
        expect(after.outputBytes).toBeGreaterThanOrEqual(before.outputBytes);
        expect(after.onlineSeconds).toBeGreaterThanOrEqual(before.onlineSeconds);
        before = after;
      }
    }),
  );
});

test("reports of a counter that only grows end at its largest, in whatever order they come", () => {
  const growing = fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 600 })), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      growing.chain((steps) => {
        let total = 0;
        let online = 0;
        const reports = steps.map(([more, later]) => {
          total += more;
          online += later;
          return report(total, online);
        });
        return fc.tuple(
          fc.constant(total),
          fc.shuffledSubarray(reports, { minLength: reports.length, maxLength: reports.length }),
        );
      }),
      ([total, reports]) => {
        expect(inputAfter(...reports)).toBe(total);
      },
    ),
  );
});
