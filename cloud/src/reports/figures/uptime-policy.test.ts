import { expect, test } from "vitest";
import { uptimeOf } from "./uptime-policy.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const span = { fromMs: 0, nowMs: 2 * dayMs + 12 * hourMs };

test("an absence over midnight counts on both days, and today only until now", () => {
  const found = uptimeOf(span, 0, [{ fromMs: dayMs - hourMs, untilMs: dayMs + 2 * hourMs }]);
  expect(found.days.map(({ awayMs, knownMs }) => [awayMs / hourMs, knownMs / hourMs])).toEqual([
    [1, 24],
    [2, 24],
    [0, 12],
  ]);
  expect(found).toMatchObject({ absences: 1, longestAwayMs: 3 * hourMs, awayMs: 3 * hourMs });
});

test("nothing is said of the time before the site's agent came", () => {
  const found = uptimeOf(span, dayMs + 6 * hourMs, [{ fromMs: 0, untilMs: dayMs + 12 * hourMs }]);
  expect(found.days.map(({ awayMs, knownMs }) => [awayMs / hourMs, knownMs / hourMs])).toEqual([
    [0, 0],
    [6, 18],
    [0, 12],
  ]);
  expect(found).toMatchObject({ awayMs: 6 * hourMs, absences: 1, longestAwayMs: 6 * hourMs });
  expect(uptimeOf(span, null, [])).toMatchObject({ knownMs: 0, awayMs: 0, absences: 0, longestAwayMs: 0 });
});
