import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { refundableCents, twiceOf, unused, unusedPart, withPauses } from "./refund-policy.ts";

const day = { ...unlimitedTerms, validitySeconds: seconds(86_400), dataBytes: bytes(1000) };
const hour = 3_600_000;
const begun = { startedAtMs: 0, endsAtMs: 24 * hour, usedBytes: 0, usedSeconds: 0 };

test("[PAY-15] an unused package is worth its price, whatever the rule", () => {
  for (const rule of ["refuse", "unused-part", "any"] as const) {
    expect(refundableCents(rule, 5000, { terms: day, use: unused }, 99 * hour)).toBe(5000);
  }
});

test.each([
  [{ ...begun }, 6 * hour, 0.75, 3700],
  [{ ...begun, usedBytes: 600 }, 6 * hour, 0.4, 2000],
  [{ ...begun, usedBytes: 1200 }, 6 * hour, 0, 0],
  [{ ...begun }, 30 * hour, 0, 0],
  [{ ...begun, endsAtMs: 48 * hour, pausedMs: 24 * hour }, 30 * hour, 0.75, 3700],
])("[PAY-15] of a used one its least unused part, in whole shillings (%j at %i ms)", (use, nowMs, part, cents) => {
  expect(unusedPart(day, use, nowMs)).toBeCloseTo(part, 9);
  expect(refundableCents("unused-part", 5000, { terms: day, use }, nowMs)).toBe(cents);
  expect(refundableCents("refuse", 5000, { terms: day, use }, nowMs)).toBe(0);
  expect(refundableCents("any", 5000, { terms: day, use }, nowMs)).toBe(5000);
});

test.each([
  [0, 0, 5000],
  [1800, 0, 2500],
  [0, 900, 500],
  [900, 400, 3000],
  [2700, 400, 1200],
  [3600, 0, 0],
  [0, 1000, 0],
])(
  "[PAY-15] of time online and data whichever is least is left: %i s and %i octets used",
  (usedSeconds, usedBytes, cents) => {
    const terms = { ...unlimitedTerms, useSeconds: seconds(3600), dataBytes: bytes(1000) };
    const use = { startedAtMs: 0, endsAtMs: null, usedBytes, usedSeconds };
    expect(refundableCents("unused-part", 5000, { terms, use }, 99 * hour)).toBe(cents);
  },
);

test("[PAY-15] [PLN-10] a package that ran in free hours alone is used: its data is left, and who refuses refunds of used ones refuses this one", () => {
  const night = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 300, isFree: true };
  const hours = { utcOffsetMinutes: 180, windows: [night] };
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000), hours };
  const use = { startedAtMs: 0, endsAtMs: null, usedBytes: 0, usedSeconds: 36_000 };
  const cents = (rule: "refuse" | "unused-part" | "any", of = use) =>
    refundableCents(rule, 5000, { terms, use: of }, 99 * hour);
  expect([cents("refuse"), cents("unused-part"), cents("any")]).toEqual([0, 5000, 5000]);
  expect(cents("refuse", { ...use, usedSeconds: 0 })).toBe(5000);
});

test("[PAY-15] free hours beside others: time online may have been in them, and without any the data says it all", () => {
  const window = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 300 };
  const cents = (windows: readonly object[]) => {
    const hours = { utcOffsetMinutes: 180, windows } as never;
    const terms = { ...unlimitedTerms, dataBytes: bytes(1000), hours };
    return refundableCents("refuse", 5000, { terms, use: { ...unused, startedAtMs: 1, usedSeconds: 60 } }, hour);
  };
  expect(cents([{ ...window, isFree: true }, window])).toBe(0);
  expect(cents([window])).toBe(5000);
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000) };
  const use = { ...unused, startedAtMs: 1, usedSeconds: 60 };
  expect(refundableCents("refuse", 5000, { terms, use }, hour)).toBe(5000);
});

test("[PAY-15] a package counts from its beginning, whenever that was; one that has no time at all has nothing left", () => {
  const terms = { ...day, dataBytes: null };
  const from = (startedAtMs: number, endsAtMs: number) => ({ ...unused, startedAtMs, endsAtMs });
  expect(unusedPart(terms, from(100 * hour, 124 * hour), 106 * hour)).toBeCloseTo(0.75, 9);
  expect(unusedPart(terms, from(100 * hour, 100 * hour), 99 * hour)).toBe(0);
  expect(unusedPart(terms, { ...from(100 * hour, 124 * hour), pausedMs: 30 * hour }, 106 * hour)).toBe(0);
});

test("[PAY-15] [CUS-06] a pause that goes on moves the end, and its time is none that ran; of what has no end it moves nothing", () => {
  const use = { ...unused, startedAtMs: 10 * hour, endsAtMs: 36 * hour };
  const paused = withPauses(use, { givenMs: 2 * hour, openMs: 5 * hour });
  expect(paused).toEqual({ ...use, endsAtMs: 41 * hour, pausedMs: 7 * hour });
  // 24 hours were bought, and 2 of them ran before 10 + 2 + 7.
  expect(unusedPart({ ...day, dataBytes: null }, paused, 19 * hour)).toBeCloseTo(22 / 24, 9);
  expect(withPauses({ ...use, endsAtMs: null }, { givenMs: 1, openMs: 2 })).toMatchObject({
    endsAtMs: null,
    pausedMs: 3,
  });
});

test("[PAY-15] an unused package without any limit is whole", () => {
  expect(unusedPart(unlimitedTerms, unused, hour)).toBe(1);
});

test("a used package without any limit has nothing left to measure", () => {
  expect(unusedPart(unlimitedTerms, { ...begun, endsAtMs: null }, hour)).toBe(0);
});

test("never less than nothing, never more than the price, and never more for more use", () => {
  const use = fc.record({
    startedAtMs: fc.constant(0),
    endsAtMs: fc.option(fc.integer({ min: -10, max: 100 * hour })),
    usedBytes: fc.nat(3000),
    usedSeconds: fc.nat(100_000),
  });
  fc.assert(
    fc.property(use, fc.nat(100 * hour), fc.nat(1_000_000), fc.nat(500), (used, nowMs, price, more) => {
      const now = refundableCents("unused-part", price, { terms: day, use: used }, nowMs);
      const later = { ...used, usedBytes: used.usedBytes + more };
      expect(now).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThanOrEqual(price);
      expect(refundableCents("unused-part", price, { terms: day, use: later }, nowMs + more)).toBeLessThanOrEqual(now);
    }),
  );
});

test("[PAY-15] whatever goes back to a customer, in whatever order, they have twice what is more than the price, and each part of that is found once", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.array(fc.nat(5000), { maxLength: 6 }), (priceCents, parts) => {
      let givenCents = 0;
      let twiceCents = 0;
      for (const part of parts) {
        twiceCents += twiceOf({ priceCents, givenCents }, part);
        givenCents += part;
      }
      expect(twiceCents).toBe(Math.max(0, givenCents - priceCents));
    }),
  );
});
