import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysNeeded, forecast, predict, unusualDays } from "./forecast-policy.ts";

/** Twice as much on two days of the week. */
const week = [100, 100, 100, 100, 100, 200, 200];
const weeks = (count: number, times = 1) =>
  Array.from({ length: count * 7 }, (_, at) => (week[at % 7] as number) * times);

describe("a forecast", () => {
  test("[REP-11] a business that is the same each week goes on so, weekday by weekday, and the shown error is none", () => {
    const told = forecast(weeks(10), 14);
    expect(told?.values).toEqual([...week, ...week]);
    expect([told?.errorPermille, told?.low, told?.high]).toEqual([0, told?.values, told?.values]);
  });

  test("[REP-11] the error that is shown is the error that was made: a business that has doubled has a large one", () => {
    const told = forecast([...weeks(9), ...weeks(2, 2)], 14);
    expect(told?.errorPermille).toBeGreaterThanOrEqual(200);
    expect(told?.values[0]).toBeGreaterThan(100);
  });

  test("[REP-11] the error agrees with asking on each of those days by hand", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 49, maxLength: 90 }), (history) => {
        const told = forecast(history, 7);
        let [off, sold] = [0, 0];
        for (let test = 0; test < (told?.tests ?? 0); test++) {
          const from = history.length - 7 - test * 7;
          const sum = (list: readonly number[]) => list.reduce((all, value) => all + value, 0);
          off += Math.abs(sum(history.slice(from, from + 7)) - sum(predict(history.slice(0, from), 7)));
          sold += sum(history.slice(from, from + 7));
        }
        expect(told?.tests).toBeGreaterThan(1);
        if (sold > 0) expect(told?.errorPermille).toBe(Math.round((off * 1000) / sold));
        for (const [at, value] of (told?.values ?? []).entries()) {
          expect(told?.low[at]).toBeLessThanOrEqual(value);
          expect(told?.high[at]).toBeGreaterThanOrEqual(value);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("too few days, or none with a sale, give none and nothing", () => {
    expect(forecast(weeks(5).slice(1), 7)).toBeNull();
    expect(forecast(new Array<number>(daysNeeded).fill(0), 3)).toMatchObject({
      values: [0, 0, 0],
      errorPermille: null,
    });
  });
});

describe("unusual days", () => {
  test("[REP-11] a day without a sale and a day with three times as much are pointed out; a busy weekend is not", () => {
    const history = weeks(10);
    history[64] = 0;
    history[67] = 320;
    expect(unusualDays(history, 56)).toEqual([
      { at: 64, expected: 100, value: 0 },
      { at: 67, expected: 100, value: 320 },
    ]);
  });

  test("[REP-11] a wild business gets no alarm for its usual ups and downs, and a young one none at all", () => {
    const wild = Array.from({ length: 70 }, (_, at) => 100 + ((at * 37) % 90));
    expect(unusualDays(wild, 56)).toEqual([]);
    expect(unusualDays([1, 1, 1, 1, 1, 1, 1, 900], 0)).toEqual([]);
  });
});
