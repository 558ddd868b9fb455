import fc from "fast-check";
import { expect, test } from "vitest";
import { type SuspectKind, suspectsOf, waitMs } from "./guess-policy.ts";

const seconds = (kind: SuspectKind, failures: number, sinceSeconds = 0) =>
  waitMs(kind, { failures, lastAtMs: 1_000_000_000 }, 1_000_000_000 + sinceSeconds * 1000) / 1000;

test.each([
  ["pair", 4, 0, 0],
  ["pair", 5, 0, 30],
  ["pair", 5, 29, 1],
  ["pair", 5, 30, 0],
  ["pair", 6, 0, 60],
  ["pair", 40, 0, 900],
  ["pair", 40, 86_400, 0],
  ["device", 5, 0, 30],
  ["address", 29, 0, 0],
  ["address", 30, 0, 10],
  ["address", 99, 0, 600],
  ["address", 99, 3600, 0],
  ["account", 9, 0, 0],
  ["account", 10, 0, 2],
  ["account", 12, 0, 8],
  ["account", 1000, 0, 300],
  ["account", 5, -50_000, 0],
  ["account", 1000, -300, 300],
  ["account", 1000, -301, 0],
  ["pair", 1000, -900, 900],
  ["pair", 1000, -50_000, 0],
] as const)("%s with %i failures, %i s after the last: wait %i s", (kind, failures, since, wait) => {
  expect(seconds(kind, failures, since)).toBe(wait);
});

test("where a person is known, what is guessed elsewhere does not count", () => {
  expect(suspectsOf("device")).toEqual(["device"]);
  expect(suspectsOf("address")).toEqual(["pair"]);
  expect(suspectsOf("strange")).toEqual(["pair", "address", "account"]);
});

test("more failures never make the wait shorter, and waiting helps", () => {
  const kinds = fc.constantFrom<SuspectKind>("device", "pair", "address", "account");
  fc.assert(
    fc.property(kinds, fc.nat(200), fc.nat(4000), (kind, failures, since) => {
      expect(seconds(kind, failures + 1, since)).toBeGreaterThanOrEqual(seconds(kind, failures, since));
      expect(seconds(kind, failures, since + 1)).toBeLessThanOrEqual(seconds(kind, failures, since));
    }),
  );
});
