import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterPause,
  boundary,
  type CountedPlan,
  changeCents,
  dayMs,
  type Every,
  lastsAPeriod,
  leftAfter,
  type Paid,
  type PriceChange,
  paidUntilOf,
  periodAt,
  renewed,
  worthLeft,
} from "./period-arithmetic.ts";

const nairobi = 180;
const at = (text: string, offset = "+03:00") => Date.parse(`${text}${offset}`);
const monthly = (anchor: string, periods = 1, utcOffsetMinutes = nairobi): Paid => ({
  anchorMs: at(anchor),
  every: { unit: "month", count: 1 },
  utcOffsetMinutes,
  periods,
  shiftedMs: 0,
});
const local = (ms: number) => new Date(ms + nairobi * 60_000).toISOString().slice(0, 16);

describe("[CUS-04] [DUE-RIGHT] the calendar of subscriptions", () => {
  test.each([
    [
      "a month's end comes back",
      "2026-01-31T18:30:00",
      ["2026-02-28T18:30", "2026-03-31T18:30", "2026-04-30T18:30", "2026-05-31T18:30"],
    ],
    ["a leap year has 29 February", "2028-01-30T00:00:00", ["2028-02-29T00:00", "2028-03-30T00:00"]],
    ["from 29 February, a year on", "2028-02-29T09:00:00", ["2028-03-29T09:00", "2028-04-29T09:00"]],
    ["over the year's end", "2026-12-15T23:59:00", ["2027-01-15T23:59", "2027-02-15T23:59"]],
    ["the provider's day counts, not UTC's", "2026-03-01T01:00:00", ["2026-04-01T01:00", "2026-05-01T01:00"]],
  ])("%s", (_what, anchor, ends) => {
    expect(ends.map((_, index) => local(boundary(monthly(anchor), index + 1)))).toEqual(ends);
  });

  test("the last moment of a day is of that day, to the millisecond", () => {
    expect(boundary(monthly("2026-01-30T23:59:59.999"), 1)).toBe(at("2026-02-28T23:59:59.999"));
    expect(boundary(monthly("2026-01-30T00:00:00.000"), 2)).toBe(at("2026-03-30T00:00:00.000"));
  });

  test.each<[Every["unit"], number, number, number]>([
    ["day", 1, 1, 1],
    ["day", 3, 3, 3],
    ["week", 1, 7, 7],
    ["week", 2, 14, 14],
    ["month", 1, 28, 31],
    ["month", 3, 84, 93],
  ])(
    "[CUS-04] of %s x %i a plan of %i to %i days can be the price, and none that is shorter or longer by a second",
    (unit, count, least, most) => {
      const fits = (seconds: number | null) => lastsAPeriod(seconds, { unit, count });
      expect([least * 86_400 - 1, least * 86_400, most * 86_400, most * 86_400 + 1, null].map(fits)).toEqual([
        false,
        true,
        true,
        false,
        true,
      ]);
    },
  );

  test("after the end of what is paid a change of plan costs and gives nothing, also where all data was used", () => {
    const paid = { ...monthly("2026-03-01T00:00:00"), periods: 1 };
    for (const nowMs of [paidUntilOf(paid), paidUntilOf(paid) + dayMs]) {
      const change = { fromCents: 300_000, toCents: 50_000, nowMs, unusedCents: 0 };
      expect([changeCents(paid, change), leftAfter(paid, change)]).toEqual([0, null]);
    }
  });

  test("at the anchor nothing of before is charged; a second earlier its part is, of a dearer plan", () => {
    const paid = { ...monthly("2026-03-01T00:00:00"), periods: 1 };
    const cost = (nowMs: number) => changeCents(paid, { fromCents: 0, toCents: 28 * 86_400, nowMs, unusedCents: null });
    expect(cost(paid.anchorMs)).toBe(28 * 86_400);
    // February has 28 days: a cent a second.
    expect(cost(paid.anchorMs - 1000)).toBe(28 * 86_400 + 1);
    expect(cost(paid.anchorMs - 29 * dayMs)).toBe(28 * 86_400 * 2 + Math.floor((28 * 86_400) / 31));
  });

  test("a pause from the end on gives nothing; one from the last moment before it gives all its time", () => {
    const paid = monthly("2026-03-01T00:00:00");
    const end = paidUntilOf(paid);
    expect(afterPause(paid, { fromMs: end, untilMs: end + dayMs })).toEqual(paid);
    expect(paidUntilOf(afterPause(paid, { fromMs: end - 1, untilMs: end + dayMs }))).toBe(end + dayMs + 1);
  });

  test("weeks and days are so many hours; twelve months from 29 February end on the 28th, four times twelve on the 29th", () => {
    const weekly: Paid = { ...monthly("2026-01-31T10:00:00"), every: { unit: "week", count: 2 } };
    expect(boundary(weekly, 3) - weekly.anchorMs).toBe(42 * dayMs);
    const yearly: Paid = { ...monthly("2028-02-29T09:00:00"), every: { unit: "month", count: 12 } };
    expect([1, 4].map((n) => local(boundary(yearly, n)))).toEqual(["2029-02-28T09:00", "2032-02-29T09:00"]);
  });

  test("early renewal and renewal in grace go on from the end; a late one begins anew", () => {
    const paid = monthly("2026-01-31T10:00:00");
    const when = { overMs: paidUntilOf(paid) + 3 * dayMs, letInAgainMs: null, utcOffsetMinutes: nairobi };
    const pay = (now: string, periods = 1) => local(paidUntilOf(renewed(paid, periods, { ...when, nowMs: at(now) })));
    expect(pay("2026-02-10T08:00:00")).toBe("2026-03-31T10:00");
    expect(pay("2026-03-02T08:00:00")).toBe("2026-03-31T10:00");
    expect(pay("2026-03-03T10:00:00")).toBe("2026-03-31T10:00");
    expect(pay("2026-03-03T10:00:01")).toBe("2026-04-03T10:00");
    expect(pay("2026-02-10T08:00:00", 3)).toBe("2026-05-31T10:00");
  });

  test("[CUS-19] kept after a promise that let somebody in again: the month begins with the promise, on the provider's clock by now", () => {
    const paid = { ...monthly("2026-01-31T10:00:00"), shiftedMs: dayMs };
    const time = { overMs: at("2026-03-22T10:00:00"), letInAgainMs: at("2026-03-20T01:30:00"), utcOffsetMinutes: 60 };
    const kept = renewed(paid, 2, { ...time, nowMs: at("2026-03-21T10:00:00") });
    expect(kept).toMatchObject({ utcOffsetMinutes: 60, shiftedMs: 0, periods: 2 });
    expect(local(paidUntilOf(kept))).toBe("2026-05-20T01:30");
    const broken = renewed(paid, 1, { ...time, nowMs: at("2026-03-22T10:00:01") });
    expect(local(paidUntilOf(broken))).toBe("2026-04-22T10:00");
  });

  test("[CUS-22] time that was paid elsewhere: a dearer plan costs its difference, a cheaper one gives nothing back", () => {
    const taken = monthly("2026-03-31T00:00:00", 0);
    // 10.25 days of the 31 before 31 March, from 28 February on: 400000 * 10.25 / 31 = 132258.06, 250000: 82661.29
    const nowMs = at("2026-03-31T00:00:00") - 10.25 * dayMs;
    expect(changeCents(taken, { fromCents: 250_000, toCents: 400_000, nowMs, unusedCents: null })).toBe(
      132_258 - 82_661,
    );
    expect(changeCents(taken, { fromCents: 400_000, toCents: 250_000, nowMs, unusedCents: null })).toBe(0);
    // A month more before it, and a period that was paid here.
    const monthMs = at("2026-02-28T00:00:00") - 3 * dayMs;
    const both = { ...taken, periods: 1 };
    const part = Math.floor((400_000 * 3) / 28) - Math.floor((250_000 * 3) / 28);
    expect(changeCents(both, { fromCents: 250_000, toCents: 400_000, nowMs: monthMs, unusedCents: null })).toBe(
      part + 300_000,
    );
    expect(changeCents(both, { fromCents: 400_000, toCents: 250_000, nowMs: monthMs, unusedCents: null })).toBe(
      -150_000,
    );
    // Of the period under way none has begun here: nothing of it was used up that its price could hold back.
    expect(changeCents(both, { fromCents: 400_000, toCents: 250_000, nowMs: monthMs, unusedCents: 0 })).toBe(-150_000);
  });

  test("pro rata, by hand: 2,500.00 for 31 days, 10 days and 6 hours left", () => {
    const paid = monthly("2026-03-01T00:00:00");
    const nowMs = paidUntilOf(paid) - 10.25 * dayMs;
    // 250000 * 10.25 / 31 = 82661.29
    expect(worthLeft(paid, 250_000, nowMs)).toBe(82_661);
    // 400000 * 10.25 / 31 = 132258.06
    expect(changeCents(paid, { fromCents: 250_000, toCents: 400_000, nowMs, unusedCents: null })).toBe(
      132_258 - 82_661,
    );
    expect(changeCents(paid, { fromCents: 400_000, toCents: 250_000, nowMs, unusedCents: null })).toBe(
      82_661 - 132_258,
    );
  });

  test("what was used up of a period does not come back, and a cheaper plan costs nothing; periods ahead come back whole", () => {
    const paid = { ...monthly("2026-03-01T00:00:00"), periods: 2 };
    // 21 of 31 days of March are left, and April: 300000 * 21 / 31 = 203225.8, 50000: 33870.9
    const nowMs = at("2026-03-11T00:00:00");
    const down = (unusedCents: number | null) =>
      changeCents(paid, { fromCents: 300_000, toCents: 50_000, nowMs, unusedCents });
    expect(down(null)).toBe(33_870 - 203_225 - 250_000);
    expect(down(250_000), "used more slowly than time goes").toBe(down(null));
    expect(down(100_000)).toBe(33_870 - 100_000 - 250_000);
    expect(down(0)).toBe(-250_000);
    const up = { fromCents: 50_000, toCents: 300_000, nowMs, unusedCents: 0 };
    expect(changeCents(paid, up), "a dearer one costs the time").toBe(-down(null));
  });

  test("what was used up stays so over several changes in one period: whoever goes down in steps gets as much back as at once", () => {
    const paid = { ...monthly("2026-03-01T00:00:00"), periods: 1 };
    const nowMs = at("2026-03-11T00:00:00");
    for (const steps of [
      [300_000, 50_000],
      [250_000, 150_000, 50_000],
    ])
      for (const unusedCents of [0, 100_000, 150_000, 250_000]) {
        let sum = 0;
        let left: CountedPlan | null = null;
        for (const [step, toCents] of steps.entries()) {
          const fromCents = steps[step - 1] ?? 300_000;
          const change: PriceChange = { fromCents, toCents, nowMs, unusedCents: step === 0 ? unusedCents : null, left };
          sum += changeCents(paid, change);
          left = leftAfter(paid, change);
        }
        const atOnce = changeCents(paid, { fromCents: 300_000, toCents: 50_000, nowMs, unusedCents });
        expect([steps, unusedCents, sum]).toEqual([steps, unusedCents, atOnce]);
      }
  });
});

const everies = fc.record({
  unit: fc.constantFrom("day" as const, "week" as const, "month" as const),
  count: fc.integer({ min: 1, max: 12 }),
});
const paids = fc.record({
  anchorMs: fc.integer({ min: at("2020-01-01T00:00:00"), max: at("2040-01-01T00:00:00") }),
  every: everies,
  utcOffsetMinutes: fc.integer({ min: -720, max: 840 }),
  periods: fc.integer({ min: 1, max: 24 }),
  shiftedMs: fc.integer({ min: 0, max: 90 * dayMs }),
});
const prices = fc.integer({ min: 0, max: 1_000_000_000 });

describe("[CUS-04] whatever the calendar", () => {
  test("boundaries rise, each time is in the period between two of them, and the time of day stays", () => {
    fc.assert(
      fc.property(paids, fc.integer({ min: 0, max: 60 }), fc.nat(), (paid, n, inside) => {
        const [from, until] = [boundary(paid, n), boundary(paid, n + 1)];
        expect(until).toBeGreaterThan(from);
        const timeMs = from + (inside % (until - from));
        expect(periodAt(paid, timeMs)).toBe(n);
        expect((until - from) % dayMs).toBe(0);
      }),
    );
  });

  test("paying n periods at once or one by one, early, ends at the same moment", () => {
    fc.assert(
      fc.property(paids, fc.integer({ min: 1, max: 12 }), (paid, n) => {
        const when = { nowMs: paid.anchorMs, overMs: paidUntilOf(paid), letInAgainMs: null, utcOffsetMinutes: 0 };
        let oneByOne: Paid = paid;
        for (let time = 0; time < n; time++) oneByOne = renewed(oneByOne, 1, when);
        expect(paidUntilOf(renewed(paid, n, when))).toBe(paidUntilOf(oneByOne));
      }),
    );
  });

  test("the rest is worth no more than was paid, falls with time, and is all before the beginning and nothing after the end", () => {
    fc.assert(
      fc.property(
        paids,
        prices,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (paid, price, a, b) => {
          const spanMs = paidUntilOf(paid) - paid.anchorMs;
          const [early, late] = [a, b]
            .sort((one, other) => one - other)
            .map((part) => paid.anchorMs + Math.floor(part * spanMs)) as [number, number];
          expect(worthLeft(paid, price, early)).toBeGreaterThanOrEqual(worthLeft(paid, price, late));
          expect(worthLeft(paid, price, paid.anchorMs)).toBe(price * paid.periods);
          expect(worthLeft(paid, price, paidUntilOf(paid))).toBe(0);
        },
      ),
    );
  });

  test("a change there and back at one moment costs nothing, and no change costs nothing", () => {
    fc.assert(
      fc.property(
        paids,
        prices,
        prices,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (paid, fromCents, toCents, part) => {
          const nowMs = boundary(paid, 0) + Math.floor(part * (paidUntilOf(paid) - boundary(paid, 0)));
          const unusedCents = null;
          const there = changeCents(paid, { fromCents, toCents, nowMs, unusedCents });
          expect(there + changeCents(paid, { fromCents: toCents, toCents: fromCents, nowMs, unusedCents })).toBe(0);
          expect(changeCents(paid, { fromCents, toCents: fromCents, nowMs, unusedCents })).toBe(0);
        },
      ),
    );
  });

  test("what is left is worth as much after a pause as before it, whatever is paid in advance", () => {
    fc.assert(
      fc.property(
        paids,
        prices,
        fc.integer({ min: 0, max: 90 * dayMs }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (paid, price, lengthMs, part) => {
          const fromMs = boundary(paid, 0) + Math.floor(part * (paidUntilOf(paid) - boundary(paid, 0)));
          const after = afterPause(paid, { fromMs, untilMs: fromMs + lengthMs });
          expect(worthLeft(after, price, fromMs + lengthMs)).toBe(worthLeft(paid, price, fromMs));
          expect(periodAt(after, fromMs + lengthMs)).toBe(periodAt(paid, fromMs));
        },
      ),
    );
  });

  test("a pause gives back exactly its time, and none that was not paid", () => {
    fc.assert(
      fc.property(
        paids,
        fc.integer({ min: 0, max: 90 * dayMs }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (paid, lengthMs, part) => {
          const end = paidUntilOf(paid);
          const fromMs = paid.anchorMs + Math.floor(part * (end - paid.anchorMs));
          const after = afterPause(paid, { fromMs, untilMs: fromMs + lengthMs });
          expect(paidUntilOf(after) - end).toBe(fromMs >= end ? 0 : lengthMs);
        },
      ),
    );
  });
});
