import { expect, test } from "vitest";
import { daysKept, forecastOf, type StickDay, type StickHistory, withDay } from "./stick-forecast.ts";

const fresh: StickHistory = { baselineMs: null, writtenBytes: 0, days: [] };
const dayOf = (day: number, change: Partial<StickDay> = {}): StickDay => ({
  day,
  syncs: 3000,
  syncMs: 3000 * 12,
  writtenBytes: 22_000_000,
  damaged: 0,
  ...change,
});
const after = (days: readonly StickDay[], from = fresh): StickHistory => days.reduce(withDay, from);
const usual = (count: number, change: Partial<StickDay> = {}) =>
  Array.from({ length: count }, (_, index) => dayOf(20_000 + index, change));

test("[BEY-13] a stick that is as it was on its first days has no end in sight", () => {
  expect(forecastOf(fresh)).toEqual({ health: "ok", weeks: null, because: null });
  expect(forecastOf(after(usual(100)))).toEqual({ health: "ok", weeks: null, because: null });
});

test("[BEY-13] syncs that take four times as long as at first say: replace it within weeks", () => {
  const slower = after([
    ...usual(40),
    ...usual(3, { syncMs: 3000 * 60 }).map((day) => ({ ...day, day: day.day + 50 })),
  ]);
  expect(forecastOf(slower)).toEqual({ health: "wrong", weeks: 4, because: "slow" });
  // A quick stick that became less quick is well; so is one that was always slow.
  expect(forecastOf(after([...usual(40, { syncMs: 3000 }), ...usual(3, { syncMs: 12_000 })])).health).toBe("ok");
  expect(forecastOf(after(usual(40, { syncMs: 3000 * 400 }))).health).toBe("ok");
});

test("a few slow syncs prove nothing", () => {
  const quiet = usual(40, { syncs: 20, syncMs: 20 * 10 });
  expect(forecastOf(after([...quiet, dayOf(30_000, { syncs: 5, syncMs: 5 * 900 })])).health).toBe("ok");
});

test("[BEY-12] damage once is a notice, twice within a month is the end; after a month it is forgotten", () => {
  const once = after([...usual(5), dayOf(20_010, { damaged: 1 })]);
  expect(forecastOf(once)).toEqual({ health: "notice", weeks: 4, because: "damage" });
  expect(forecastOf(after([dayOf(20_020, { damaged: 2 })], once))).toEqual({
    health: "wrong",
    weeks: 1,
    because: "damage",
  });
  const later = Array.from({ length: daysKept }, (_, index) => dayOf(20_030 + index));
  expect(forecastOf(after(later, once)).health).toBe("ok");
});

test("[BEY-12] a day that a clock which was years ahead noted does not swallow all days after it", () => {
  const damaged = { damaged: 1 };
  const days = after([...usual(5), dayOf(21_000), dayOf(20_005, damaged), dayOf(20_009, damaged), dayOf(20_010)]);
  expect(days.days.map(({ day }) => day).slice(-3)).toEqual([20_005, 20_009, 20_010]);
  expect(forecastOf(days)).toEqual({ health: "wrong", weeks: 1, because: "damage" });
});

test("[BEY-13] bytes beyond what a cheap stick takes are a notice with the weeks that are left", () => {
  const worn = after(usual(30), { ...fresh, writtenBytes: 200 * 1024 ** 3 - 22_000_000 * (30 + 21) });
  expect(forecastOf(worn)).toEqual({ health: "notice", weeks: 3, because: "wear" });
});

test("[BEY-35] a router's own flash takes less than a stick", () => {
  const worn = after(usual(30), { ...fresh, writtenBytes: 32_000_000_000 - 22_000_000 * (30 + 21) });
  expect(forecastOf(worn, 32_000_000_000)).toEqual({ health: "notice", weeks: 3, because: "wear" });
  expect(forecastOf(worn).health).toBe("ok");
});

test("a day's parts are added, a clock that goes back takes the newest day along, and no more than a month is kept", () => {
  const half = dayOf(20_000, { syncs: 10, syncMs: 100, writtenBytes: 5, damaged: 1 });
  const parts = after([half, half, { ...half, day: 19_000 }]);
  expect(parts.days).toEqual([{ ...half, day: 19_000, syncs: 30, syncMs: 300, writtenBytes: 15, damaged: 3 }]);
  expect(after(usual(200)).days).toHaveLength(daysKept);
});
