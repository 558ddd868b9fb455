/** How long who guesses is kept waiting, to the millisecond. What a device and a site notice of it: `guessing.test.ts`. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  afterWrongTry,
  type GuessingLimits,
  guessingLimits,
  isForgotten,
  lockedForMs,
  type Suspect,
} from "./guessing-policy.ts";

const limits: GuessingLimits = { ...guessingLimits, wrongMax: 3, drainMs: 1000, lockMs: 5000, lockMsMax: 12_000 };

/** Wrong tries at these times, in order. */
const after = (timesMs: readonly number[], known?: Suspect): Suspect | undefined =>
  timesMs.reduce<Suspect | undefined>((suspect, nowMs) => afterWrongTry(suspect, nowMs, limits), known);

test("so many wrong tries in a row lock, twice as long each time, up to the most", () => {
  expect(after([70_000, 70_000])).toEqual({ wrong: 2, updatedMs: 70_000, locks: 0, lockedUntilMs: 0 });
  const once = after([70_000, 70_000, 70_000]) as Suspect;
  expect(once).toEqual({ wrong: 0, updatedMs: 70_000, locks: 1, lockedUntilMs: 75_000 });
  const twice = after([80_000, 80_000, 80_000], once) as Suspect;
  expect(twice).toMatchObject({ locks: 2, lockedUntilMs: 90_000 });
  expect(after([100_000, 100_000, 100_000], twice)).toMatchObject({ locks: 3, lockedUntilMs: 112_000 });
});

test("a wrong try is forgotten after its time, a part of one in a part of that", () => {
  // The first try counts whole, whenever it is.
  expect(after([70_000])).toMatchObject({ wrong: 1 });
  expect(after([70_000, 70_500])).toMatchObject({ wrong: 1.5 });
  expect(after([70_000, 71_000])).toMatchObject({ wrong: 1 });
  expect(after([70_000, 99_000])).toMatchObject({ wrong: 1 });
  // One try in each time of one locks nobody; a little quicker does, in the end.
  const slow = Array.from({ length: 100 }, (_, index) => 70_000 + index * 1000);
  expect(after(slow)).toMatchObject({ locks: 0 });
  const quick = Array.from({ length: 100 }, (_, index) => 70_000 + index * 900);
  expect(after(quick)?.locks).toBeGreaterThan(0);
});

test("who is locked waits until the last millisecond, and who is not known does not wait", () => {
  const once = after([70_000, 70_000, 70_000]);
  expect([70_000, 74_999, 75_000, 90_000].map((nowMs) => lockedForMs(once, nowMs))).toEqual([5000, 1, 0, 0]);
  expect(lockedForMs(undefined, 70_000)).toBe(0);
});

test("a memory may go when its tries have run out and its longest lock would be over, counted from the end of its lock", () => {
  // Three tries of a second each, and the longest lock of twelve.
  const tried = after([70_000]) as Suspect;
  expect([84_999, 85_000, 85_001].map((nowMs) => isForgotten(tried, nowMs, limits))).toEqual([false, false, true]);
  const locked = after([70_000, 70_000, 70_000]) as Suspect;
  expect([85_001, 90_000, 90_001].map((nowMs) => isForgotten(locked, nowMs, limits))).toEqual([false, false, true]);
});

test("the usual limits: eight tries, one a minute, five minutes up to an hour; a hundred in ten minutes are an attack", () => {
  expect(guessingLimits).toEqual({
    wrongMax: 8,
    drainMs: 60_000,
    lockMs: 300_000,
    lockMsMax: 3_600_000,
    siteWrongMax: 100,
    siteWindowMs: 600_000,
  });
});

test("however somebody times their tries, they get no more of them than the bucket holds and loses", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 }), (gapsMs) => {
      let [nowMs, tries] = [70_000, 0];
      let suspect: Suspect | undefined;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (lockedForMs(suspect, nowMs) > 0) continue;
        suspect = afterWrongTry(suspect, nowMs, limits);
        tries++;
      }
      const spentMs = nowMs - 70_000;
      expect(tries).toBeLessThanOrEqual(limits.wrongMax + spentMs / limits.drainMs + 1);
    }),
  );
});
