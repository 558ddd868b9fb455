import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseRateLimit } from "./rate-limit.ts";
import { durationText } from "./routeros-text.ts";
import { freshMeter, nextEnd, noLimits, read, setRate } from "./session-limits.ts";

test.each([
  ["2M/5M", 2_000_000, 5_000_000],
  ["512k", 512_000, 512_000],
  ["1M/2M 2M/4M 1M/2M 10/10 8", 1_000_000, 2_000_000],
  ["1M/2M 2M/4M 1M/2M 10/10 8 256k/512k", 1_000_000, 2_000_000],
  ["64000/0", 64_000, 0],
])("Mikrotik-Rate-Limit %s", (text, upBitsPerSecond, downBitsPerSecond) => {
  expect(parseRateLimit(text)).toEqual({ upBitsPerSecond, downBitsPerSecond });
});

test.each(["", "fast", "1M/2M/3M", "1M 2X", "1M 2M 1M ten", "1M 2M 1M 10 9", "1 2 3 4 5 6 7"])(
  "Mikrotik-Rate-Limit %j is refused",
  (text) => expect(parseRateLimit(text)).toBeNull(),
);

test.each([
  [0, "0s"],
  [59, "59s"],
  [3600, "1h"],
  [694_861, "1w1d1h1m1s"],
])("%i seconds print as %s", (seconds, text) => expect(durationText(seconds)).toBe(text));

const appetite = fc.record({
  upBytesPerSecond: fc.integer({ min: 0, max: 10_000_000 }),
  downBytesPerSecond: fc.integer({ min: 0, max: 10_000_000 }),
});

test("at the announced end, and not a millisecond before, a byte limit is reached; it overshoots by what one millisecond carries", () => {
  fc.assert(
    fc.property(
      appetite,
      fc.integer({ min: 1, max: 10 ** 9 }),
      fc.integer({ min: 0, max: 10 ** 6 }),
      (wanted, totalBytes, now) => {
        const meter = setRate(freshMeter(now), now, wanted, noLimits.rates);
        const end = nextEnd({ ...noLimits, totalBytes }, meter, now, now);
        const perSecond = wanted.upBytesPerSecond + wanted.downBytesPerSecond;
        if (perSecond === 0) {
          expect(end).toBeNull();
          return;
        }
        const used = (atMs: number) => read(meter, atMs).upBytes + read(meter, atMs).downBytes;
        const atMs = end?.atMs ?? 0;
        expect(used(atMs)).toBeGreaterThanOrEqual(totalBytes - 1); // each direction is rounded down
        if (atMs > now + 1) expect(used(atMs - 1)).toBeLessThan(totalBytes);
        expect(used(atMs)).toBeLessThanOrEqual(totalBytes + perSecond / 1000 + 1);
      },
    ),
  );
});

test("whichever limit comes first ends the session", () => {
  const limits = { ...noLimits, sessionSeconds: 100, idleSeconds: 60, totalBytes: 1000 };
  const silent = freshMeter(0);
  expect(nextEnd(limits, silent, 0, 0)).toEqual({ atMs: 60_000, cause: "idle-timeout" });
  const trickling = setRate(silent, 0, { upBytesPerSecond: 1, downBytesPerSecond: 0 }, noLimits.rates);
  expect(nextEnd(limits, trickling, 0, 0)).toEqual({ atMs: 100_000, cause: "session-timeout" });
  const busy = setRate(silent, 0, { upBytesPerSecond: 0, downBytesPerSecond: 500 }, noLimits.rates);
  expect(nextEnd(limits, busy, 0, 0)).toEqual({ atMs: 2000, cause: "traffic-limit" });
});
