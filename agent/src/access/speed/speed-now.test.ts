import { type FairUse, type Hours, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, unixMs } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChargedUsage, chargeBytes } from "../../state/charged-usage.ts";
import { periodStartMs, speedNow, windowAt } from "./speed-now.ts";

const minuteMs = 60_000;
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2031, 0, 1) });
/** Whole quarters of an hour east of UTC, as in the world. */
const offset = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15);
const period = fc.constantFrom("day", "week", "month" as const);

/** The calendar by Date alone: the year, month, day and weekday that a wall there shows. */
function wallAt(atMs: number, utcOffsetMinutes: number) {
  const shown = new Date(atMs + utcOffsetMinutes * minuteMs);
  return {
    day: shown.toISOString().slice(0, 10),
    month: shown.toISOString().slice(0, 7),
    weekday: shown.getUTCDay(),
    minute: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  };
}

test("[PLN-10] a period begins at local midnight, on a Monday or on the first, and nothing between it and now begins another", () => {
  fc.assert(
    fc.property(moment, offset, period, (atMs, utcOffsetMinutes, kind) => {
      const startMs = periodStartMs({ period: kind, utcOffsetMinutes }, atMs);
      const start = wallAt(startMs, utcOffsetMinutes);
      const now = wallAt(atMs, utcOffsetMinutes);
      expect(startMs).toBeLessThanOrEqual(atMs);
      expect(start.minute).toBe(0);
      if (kind === "day") expect(start.day).toBe(now.day);
      if (kind === "month") expect(start.day).toBe(`${now.month}-01`);
      if (kind === "week") {
        expect(start.weekday).toBe(1);
        for (let ms = startMs + 24 * 60 * minuteMs; ms <= atMs; ms += 24 * 60 * minuteMs)
          expect(wallAt(ms, utcOffsetMinutes).weekday).not.toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

test("[PLN-10] the open window is the one that a week of minutes, painted one by one, shows", () => {
  const window = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 1, max: 2880 }),
  });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 3 }), moment, offset, (windows, atMs, utcOffsetMinutes) => {
      const week = new Array<number>(7 * 1440).fill(-1);
      for (const [index, { days, fromMinute, toMinute }] of [...windows.entries()].reverse())
        for (const day of days)
          for (let minute = fromMinute; minute < toMinute; minute++) week[(day * 1440 + minute) % week.length] = index;
      const { weekday, minute } = wallAt(atMs, utcOffsetMinutes);
      const painted = week[weekday * 1440 + minute] as number;
      expect(windowAt({ utcOffsetMinutes, windows }, atMs)).toBe(windows[painted] ?? null);
    }),
    { numRuns: 200 },
  );
});

test("[PLN-10] the quota counts what a sum over all reports of the same local day or month counts", () => {
  const report = fc.record({
    afterMinutes: fc.integer({ min: 1, max: 2000 }),
    bytes: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 40 }), offset, period, (reports, utcOffsetMinutes, kind) => {
      const usage: ChargedUsage = { bytes: 0, onlineSeconds: 0 };
      const fairUse: FairUse = {
        utcOffsetMinutes,
        period: kind,
        quotaBytes: bytes(1000),
        downKbps: kbps(256),
        upKbps: kbps(128),
      };
      const heard: { label: string; bytes: number }[] = [];
      let atMs = Date.UTC(2026, 1, 27);
      const label = () => {
        const { day, month, weekday } = wallAt(atMs, utcOffsetMinutes);
        if (kind === "month") return month;
        return kind === "day" ? day : wallAt(atMs - ((weekday + 6) % 7) * 1440 * minuteMs, utcOffsetMinutes).day;
      };
      for (const { afterMinutes, bytes: added } of reports) {
        atMs += afterMinutes * minuteMs;
        chargeBytes(usage, added, { periodFromMs: unixMs(periodStartMs(fairUse, atMs)) });
        heard.push({ label: label(), bytes: added });
        const expected = heard.filter((one) => one.label === label()).reduce((sum, one) => sum + one.bytes, 0);
        const terms = { ...unlimitedTerms, downKbps: kbps(5000), upKbps: kbps(5000), fairUse };
        const now = speedNow(terms, usage, { atMs: unixMs(atMs), quality: "synced" });
        expect(now.isSlow).toBe(expected >= 1000);
        expect(now.downKbps).toBe(expected >= 1000 ? 256 : 5000);
      }
      expect(usage.bytes).toBe(heard.reduce((sum, one) => sum + one.bytes, 0));
    }),
    { numRuns: 100 },
  );
});

const nairobi = 180;
/** 22:00 to 05:00 at night at 20 Mbps for nothing, on every day. */
const night: Hours = {
  utcOffsetMinutes: nairobi,
  windows: [
    {
      days: [0, 1, 2, 3, 4, 5, 6],
      fromMinute: 1320,
      toMinute: 1740,
      downKbps: kbps(20_000),
      upKbps: kbps(5000),
      isFree: true,
    },
  ],
};
const at = (text: string, quality: "synced" | "unknown" = "synced") => ({ atMs: unixMs(Date.parse(text)), quality });
const terms = { ...unlimitedTerms, downKbps: kbps(4000), upKbps: kbps(1000), hours: night };

test.each([
  ["before the window", "2026-11-22T21:59:59+03:00", 4000, false],
  ["at its first moment", "2026-11-22T22:00:00+03:00", 20_000, true],
  ["past midnight", "2026-11-23T04:59:59+03:00", 20_000, true],
  ["at its end", "2026-11-23T05:00:00+03:00", 4000, false],
])("[PLN-10] day and night, %s", (_name, moment, downKbps, isFree) => {
  expect(speedNow(terms, { bytes: 0 }, at(moment))).toMatchObject({ downKbps, isFree });
});

test("[PLN-10] a clock that knows no date opens no window, and the last known period goes on", () => {
  expect(speedNow(terms, { bytes: 0 }, at("2026-11-22T23:00:00+03:00", "unknown"))).toMatchObject({ downKbps: 4000 });
  const fairUse: FairUse = {
    utcOffsetMinutes: nairobi,
    period: "day",
    quotaBytes: bytes(100),
    downKbps: kbps(256),
    upKbps: kbps(128),
  };
  const use = { bytes: 500, period: { fromMs: 5, bytes: 100 } };
  const fair = { ...terms, hours: null, fairUse };
  expect(speedNow(fair, use, at("2026-11-22T23:00:00+03:00", "unknown")).isSlow).toBe(true);
  expect(speedNow(fair, use, at("2026-11-22T23:00:00+03:00")).isSlow).toBe(false);
});
