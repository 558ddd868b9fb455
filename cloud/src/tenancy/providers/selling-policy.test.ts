import { expect, test } from "vitest";
import { maySell } from "./selling-policy.ts";

test.each([
  ["an active provider", "active", null, true],
  ["an active one, whatever a former grace says", "active", 500, true],
  ["a suspended one within its grace", "suspended", 1001, true],
  ["a suspended one at the end of its grace", "suspended", 1000, false],
  ["a suspended one after it", "suspended", 999, false],
  ["a suspended one without a grace", "suspended", null, false],
  ["a deleted one", "deleted", null, false],
  ["a deleted one that had a grace to sell", "deleted", 5000, false],
] as const)("[TEN-04] %s: may it sell?", (_, state, sellsUntilMs, may) => {
  expect(maySell({ state, sellsUntilMs, salesStoppedAtMs: null }, 1000)).toBe(may);
});

test("[TEN-06] one that owes the platform for so long that its sales were stopped sells nothing", () => {
  expect(maySell({ state: "active", sellsUntilMs: null, salesStoppedAtMs: 1 }, 1000)).toBe(false);
});
