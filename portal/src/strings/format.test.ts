import { moneyText } from "@karibu/protocol/money-text";
import { offsetHere, zoneText } from "@karibu/protocol/zone-text";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { en } from "./en-first.ts";
import { dataBase, dataText, durationText, speedText } from "./format.ts";
import { countdownText, momentText } from "./format-times.ts";
import { first as fr } from "./fr.ts";
import { sw } from "./sw-first.ts";

test.each([
  [5000, "KES", "KSh 50"],
  [100_000, "KES", "KSh 1,000"],
  [1_250_050, "KES", "KSh 12,500.50"],
  [5, "TZS", "TSh 0.05"],
  [-5000, "XAF", "XAF -50"],
])("%i %s is written %s", (cents, currency, text) => {
  expect(moneyText(cents, currency)).toBe(text);
});

test("data is shown in the kind of gigabyte in which the plan is round", () => {
  expect(dataText(1024 ** 3, en)).toBe("1 GB");
  expect(dataText(5_000_000_000, en)).toBe("5 GB");
  expect(dataText(100_000_000, en)).toBe("100 MB");
  expect(dataText(896 * 1024 ** 2, en, dataBase(1024 ** 3))).toBe("896 MB");
  expect(dataText(0, en)).toBe("0 B");
  expect(dataText(1.5 * 1024 ** 3, fr)).toBe("1,5 Go");
});

test("no text shows more data than is left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 43 }), fc.constantFrom(1000 as const, 1024 as const), (bytes, base) => {
      const [value, unit] = dataText(bytes, en, base).split(" ") as [string, string];
      const shown = Number(value) * base ** ["B", "KB", "MB", "GB", "TB"].indexOf(unit);
      expect(shown).toBeLessThanOrEqual(bytes * 1.000001 + 1e-6);
    }),
  );
});

test("durations read as people say them, in both languages", () => {
  expect(durationText(3600, en)).toBe("1 hour");
  expect(durationText(5400, en)).toBe("1 hour 30 minutes");
  expect(durationText(86_400, en)).toBe("1 day");
  expect(durationText(30 * 86_400, sw)).toBe("siku 30");
  expect(durationText(59, sw)).toBe("dakika 1");
});

test("a countdown is a clock, and words from two days on", () => {
  expect(countdownText(9, en).main).toBe("0:09");
  expect(countdownText(729, en).main).toBe("12:09");
  expect(countdownText(86_400, en).main).toBe("24:00:00");
  expect(countdownText(6 * 86_400 + 23 * 3600 + 59, en)).toEqual({ main: "6 days", rest: "23 hours" });
  expect(countdownText(3 * 86_400, sw)).toEqual({ main: "siku 3", rest: null });
  expect(countdownText(-5, en).main).toBe("0:00");
});

test("an end today is a time; on another day it has its date", () => {
  const now = new Date(2026, 10, 20, 8, 0).getTime();
  expect(momentText(new Date(2026, 10, 20, 18, 5).getTime(), now, en)).toBe("18:05");
  expect(momentText(new Date(2026, 10, 21, 18, 5).getTime(), now, en)).toMatch(/21.*18:05/);
});

test("[POR-03] a phone with another zone than the site shows the site's time and its zone; one with the same shows no zone", () => {
  const endsAtMs = Date.UTC(2026, 10, 20, 22, 5);
  const here = offsetHere(endsAtMs);
  const [same, another] = [here, here + 150];
  const clock = (minutes: number) => new Date(endsAtMs + minutes * 60_000).toISOString().slice(11, 16);
  expect(momentText(endsAtMs, endsAtMs, en, same)).toBe(clock(same));
  expect(momentText(endsAtMs, endsAtMs, en, another)).toBe(`${clock(another)} (${zoneText(another)})`);
  // Half an hour before midnight at the site, and the end is after it.
  expect(momentText(Date.UTC(2026, 10, 20, 21, 30), Date.UTC(2026, 10, 20, 20, 30), en, 180)).toMatch(/^21.*00:30/);
});

test("speeds are in megabits from one megabit on", () => {
  expect([speedText(512, en), speedText(1500, en), speedText(5000, en)]).toEqual(["512 kbps", "1.5 Mbps", "5 Mbps"]);
});
