import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askedKept, chooseKept, defaultKeepScheme, type KeepCandidate, type KeepScheme } from "./choose-kept.ts";

const dayMs = 86_400_000;
/** A Wednesday at 1 in the morning, UTC. */
const wednesdayMs = Date.UTC(2026, 10, 18, 1);

const laterMs = wednesdayMs + 10 * 366 * dayMs;

const nightly = (nights: number): KeepCandidate[] =>
  Array.from({ length: nights }, (_, night) => ({
    backupId: `b${night}`,
    atMs: wednesdayMs - night * dayMs,
    isProved: true,
    isAsked: false,
  }));

describe("[SYS-09] which back-ups are kept", () => {
  test("of two years of nights: seven days, five weeks, twelve months", () => {
    const kept = chooseKept(nightly(730), defaultKeepScheme, wednesdayMs);
    const days = [...kept].map((id) => Number(id.slice(1))).sort((one, other) => one - other);
    expect(days.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // Sundays, the last nights of four weeks before this one; the 15th, 8th and 1st of November and the 25th of October.
    for (const sunday of [3, 10, 17, 24]) expect(days).toContain(sunday);
    // The last nights of months: 31 October 2026 is 18 nights before, 31 December 2025 is 322.
    for (const end of [18, 49, 322]) expect(days).toContain(end);
    expect(days.at(-1)).toBe(Math.round((wednesdayMs - Date.UTC(2025, 11, 31, 1)) / dayMs));
    expect(days.length).toBeLessThanOrEqual(7 + 5 + 12);
  });

  test("a back-up that failed its proof takes no place of one that passed", () => {
    const rows = nightly(30).map((row, night) => ({ ...row, isProved: night % 7 === 6 }));
    const kept = chooseKept(rows, { days: 1, weeks: 0, months: 0 }, laterMs);
    expect([...kept].sort()).toEqual(["b0", "b6"]);
  });

  test("one that a person asked for never removes the schedule's; the newest of them are kept besides", () => {
    const nights = nightly(9);
    const asked = Array.from({ length: 8 }, (_, hour) => ({
      backupId: `a${hour}`,
      atMs: wednesdayMs + (9 - hour) * 3_600_000,
      isProved: true,
      isAsked: true,
    }));
    const alone = chooseKept(nights, { days: 7, weeks: 0, months: 0 }, laterMs);
    const kept = chooseKept([...nights, ...asked], { days: 7, weeks: 0, months: 0 }, laterMs);
    expect([...kept].sort()).toEqual([...alone, "a0", "a1", "a2", "a3", "a4"].sort());
    const [, , ...others] = nights;
    expect(
      chooseKept([...others, ...asked], { days: 7, weeks: 0, months: 0 }, laterMs),
      "a day without another",
    ).toContain("b7");
  });

  test("a night's back-up stays where those of a clock that was ahead fill the scheme, and where the clock has fallen back behind all of them", () => {
    const before = nightly(400);
    const tonight = { ...(before[0] as KeepCandidate), backupId: "tonight" };
    for (const atMs of [wednesdayMs - 2000 * dayMs, 86_400_000]) {
      const rows = [...before, { ...tonight, atMs }];
      expect(chooseKept(rows, defaultKeepScheme, atMs + 60_000)).toContain("tonight");
      expect(chooseKept(rows, defaultKeepScheme, atMs + 60_000), "and those that were there").toContain("b6");
    }
  });

  const candidates = fc.uniqueArray(
    fc.record({
      backupId: fc.string({ minLength: 1, maxLength: 6 }),
      atMs: fc.integer({ min: 0, max: 4 * 365 * dayMs }),
      isProved: fc.boolean(),
      isAsked: fc.boolean(),
    }),
    { selector: ({ backupId }) => backupId, maxLength: 60 },
  );
  const scheme: fc.Arbitrary<KeepScheme> = fc.record({
    days: fc.nat({ max: 9 }),
    weeks: fc.nat({ max: 9 }),
    months: fc.nat({ max: 14 }),
  });

  test("always: the newest, the last proved one, no more than twice the scheme, and the same in any order", () => {
    fc.assert(
      fc.property(candidates, scheme, (rows, wanted) => {
        const kept = chooseKept(rows, wanted, laterMs);
        const newest = Math.max(...rows.map(({ atMs }) => atMs));
        const newestProved = Math.max(...rows.filter(({ isProved }) => isProved).map(({ atMs }) => atMs));
        const isKept = (at: number, proved: boolean) =>
          rows.some(({ backupId, atMs, isProved }) => atMs === at && (isProved || !proved) && kept.has(backupId));
        if (rows.length > 0) expect(isKept(newest, false)).toBe(true);
        if (rows.some(({ isProved }) => isProved)) expect(isKept(newestProved, true)).toBe(true);
        expect(kept.size).toBeLessThanOrEqual(2 * (wanted.days + wanted.weeks + wanted.months) + 2 + askedKept);
        expect([...chooseKept(rows.toReversed(), wanted, laterMs)].sort()).toEqual([...kept].sort());
      }),
    );
  });

  test("always: what is forgotten today is not wanted tomorrow", () => {
    fc.assert(
      fc.property(candidates, scheme, fc.nat({ max: 40 * dayMs }), (rows, wanted, gapMs) => {
        const kept = chooseKept(rows, wanted, laterMs);
        const newer = {
          backupId: "a new one",
          atMs: Math.max(0, ...rows.map(({ atMs }) => atMs)) + gapMs + 1,
          isProved: true,
          isAsked: gapMs % 2 === 0,
        };
        const later = chooseKept([...rows, newer], wanted, laterMs);
        for (const id of later) expect(id === newer.backupId || kept.has(id), id).toBe(true);
      }),
    );
  });
});
