import { expect, test } from "vitest";
import { codeLifeMs, codeOf, codeTriesMax, hourMs, mayBeTried, waitForCodeMs } from "./code-policy.ts";

const fresh = { tries: 0, usedAtMs: null, expiresAtMs: codeLifeMs };

test.each([
  ["a new one", fresh, 0, true],
  ["in its last millisecond", fresh, codeLifeMs - 1, true],
  ["when its time is over", fresh, codeLifeMs, false],
  ["after it was used", { ...fresh, usedAtMs: 1 }, 2, false],
  ["at its last try", { ...fresh, tries: codeTriesMax - 1 }, 0, true],
  ["after all tries", { ...fresh, tries: codeTriesMax }, 0, false],
] as const)("[CUS-11] a code may be tried, %s", (_, code, nowMs, may) => {
  expect(mayBeTried(code, nowMs)).toBe(may);
});

test.each([
  [[], 0],
  [[100, 200], 0],
  [[100, 200, 300], 100 + hourMs - 1000],
  [[300, 100, 200], 100 + hourMs - 1000],
  [[100, 200, 300, 400], 200 + hourMs - 1000],
  [[1000 - hourMs, 200, 300], 0],
  [[1000 + 1, 61_000, 300], 300 + hourMs - 1000],
  [[1000 + hourMs, 1000 + 24 * hourMs, 300, 200], 0],
] as const)("[CUS-11] three codes an hour: sent at %j, the next one waits %i ms", (sent, waitMs) => {
  expect(waitForCodeMs(sent, 1000)).toBe(waitMs);
});

test("[CUS-11] a code is six digits, and no code is likelier than another", () => {
  expect(codeOf(Uint8Array.of(0, 0, 0, 7))).toBe("000007");
  expect(codeOf(Uint8Array.of(0, 15, 66, 63))).toBe("999999");
  expect(codeOf(Uint8Array.of(255, 255, 255, 255))).toBeNull();
});
