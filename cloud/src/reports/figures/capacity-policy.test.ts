import { describe, expect, test } from "vitest";
import { judgeCapacity, type UplinkDay } from "./capacity-policy.ts";

const mega = 1_000_000;
/** Two busy hours each day, the rest calm; busier by `growth` each week. */
const weeks = (count: number, first: number, growth: number): UplinkDay[] =>
  Array.from({ length: count * 7 }, (_, at) => ({
    day: new Date(Date.UTC(2026, 8, 1 + at)).toISOString().slice(0, 10),
    hours: Array.from({ length: 24 }, (_, hour) =>
      hour >= 19 && hour < 22 ? first + Math.floor(at / 7) * growth : mega,
    ),
  }));

describe("the capacity of an uplink", () => {
  test("[REP-11] says from when it will be full: 85 % of 20 Mbps, at 10 and one more each week", () => {
    const told = judgeCapacity(weeks(5, 10 * mega, mega), 20 * mega);
    // The last two weeks were at 13 and 14; the busiest hour in twenty was at 14, and 17 is three weeks away.
    expect(told).toMatchObject({ busiest: 14 * mega, loadPermille: 700, fullHours: 0, fullIn: 21 });
    expect(told.growthPermille).toBe(Math.round((30 / 7 / 14) * 1000));
  });

  test("[REP-11] is full already, never soon, or not known, and says which", () => {
    expect(judgeCapacity(weeks(5, 18 * mega, 0), 20 * mega)).toMatchObject({ fullIn: "already", fullHours: 5 * 7 * 3 });
    expect(judgeCapacity(weeks(5, 10 * mega, -mega), 20 * mega).fullIn).toBe("not-soon");
    expect(judgeCapacity(weeks(2, 10 * mega, mega), 20 * mega).fullIn).toBeNull();
    expect(judgeCapacity(weeks(5, 10 * mega, mega), null)).toMatchObject({
      busiest: 14 * mega,
      loadPermille: null,
      fullIn: null,
    });
    expect(judgeCapacity([], 20 * mega)).toMatchObject({ busiest: null, fullIn: null });
  });
});
