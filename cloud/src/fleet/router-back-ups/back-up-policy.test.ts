import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { isDue, nextDueMs, type Period, type Schedule } from "./back-up-policy.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 2026-11-02 00:00 UTC, a Monday. */
const startMs = Date.UTC(2026, 10, 2);
const sites = Array.from({ length: 200 }, (_, at) => `site-${at}`);

const at = (every: Period, more: Partial<Schedule> = {}): Schedule => ({
  every,
  window: null,
  utcOffsetMinutes: 180,
  ...more,
});

/** When a site was backed up, looked at every five minutes. `works`: whether one at that time is kept. */
function runs(schedule: Schedule, siteId: string, days: number, works: (atMs: number) => boolean = () => true) {
  const found: number[] = [];
  let soFar = { lastAtMs: startMs, keptAtMs: startMs, failures: 0 };
  for (let nowMs = startMs; nowMs < startMs + days * dayMs; nowMs += 300_000) {
    if (!isDue(schedule, siteId, soFar, nowMs)) continue;
    found.push(nowMs);
    soFar = works(nowMs)
      ? { lastAtMs: nowMs, keptAtMs: nowMs, failures: 0 }
      : { ...soFar, lastAtMs: nowMs, failures: soFar.failures + 1 };
  }
  return found;
}

describe("[RTR-21] when a site's back-up is due", () => {
  test.each(
    inLongRunAll(
      [
        ["day", null, 14, 14],
        ["week", null, 28, 4],
        ["day", { fromMinute: 60, untilMinute: 240 }, 14, 14],
        ["day", { fromMinute: 1380, untilMinute: 120 }, 14, 14],
        ["week", { fromMinute: 1380, untilMinute: 120 }, 28, 4],
        ["off", null, 14, 0],
      ] as const,
      ([every, window]) => every !== "week" || window === null,
    ),
  )("%s, in %j: its own minute, once each time", (every, window, days, count) => {
    for (const siteId of sites.slice(0, 20)) {
      const schedule = at(every, { window });
      const times = runs(schedule, siteId, days);
      // The first turn may be a moment before the first look.
      expect(times.length).toBeGreaterThanOrEqual(count - 1);
      expect(times.length).toBeLessThanOrEqual(count);
      for (const [index, time] of times.entries())
        if (index > 0) expect(time - (times[index - 1] ?? 0)).toBe(every === "week" ? 7 * dayMs : dayMs);
    }
  });

  test("chosen hours are the provider's own, past midnight too, and the sites are spread over them", () => {
    const window = { fromMinute: 1380, untilMinute: 120 };
    const hours = sites
      .flatMap((siteId) => runs(at("day", { window }), siteId, 2).slice(0, 1))
      .map((ms) => (ms / hourMs + 3) % 24);
    expect(hours.every((hour) => hour >= 23 || hour < 2 + 5 / 60)).toBe(true);
    for (const from of [23, 0, 1]) expect(hours.filter((hour) => Math.floor(hour) === from).length).toBeGreaterThan(30);
    const days = new Set(sites.map((siteId) => new Date(runs(at("week", { window }), siteId, 8)[0] ?? 0).getUTCDay()));
    expect(days.size, "a week's sites do not all come in one night").toBe(7);
  });

  test("one that failed is tried again after an hour, two, four… and at most a day later, whatever the period is", () => {
    const [first = 0, ...more] = runs(at("week"), "site-1", 21, () => false);
    const pauses = more.map((time, index) => Math.round((time - (more[index - 1] ?? first)) / hourMs));
    expect(pauses.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 24, 24]);
    expect(Math.max(...pauses)).toBe(24);
  });

  test("a site that runs outside the chosen hours alone is backed up then, once it missed two turns", () => {
    const schedule = at("day", { window: { fromMinute: 60, untilMinute: 240 } });
    const soFar = { lastAtMs: startMs, keptAtMs: startMs, failures: 0 };
    const noonMs = (day: number) => startMs + day * dayMs + 9 * hourMs;
    expect([1, 2].map((day) => isDue(schedule, "solar", soFar, noonMs(day)))).toEqual([false, true]);
    expect(isDue(schedule, "solar", { ...soFar, lastAtMs: noonMs(2), keptAtMs: noonMs(2) }, noonMs(3))).toBe(false);
  });

  test("what is told as the next one is when it comes", () => {
    for (const siteId of sites.slice(0, 20)) {
      const schedule = at("day", { window: { fromMinute: 1380, untilMinute: 120 } });
      const nextMs = nextDueMs(schedule, siteId, { lastAtMs: startMs, keptAtMs: startMs, failures: 0 }) ?? 0;
      const [first = 0] = runs(schedule, siteId, 2);
      expect(first - nextMs).toBeLessThan(300_000);
      expect(first).toBeGreaterThanOrEqual(nextMs);
    }
    expect(nextDueMs(at("off"), "site-1", { lastAtMs: startMs, keptAtMs: startMs, failures: 3 })).toBeNull();
  });
});
