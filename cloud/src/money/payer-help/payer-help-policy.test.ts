import { expect, test } from "vitest";
import { saleProblem } from "./payer-help-policy.ts";

const running = { revokedAtMs: null, endsAtMs: 2000 };
const waiting = { revokedAtMs: null, endsAtMs: null };

test.each([
  ["paid", waiting, null],
  ["paid", running, null],
  ["paid_unreceipted", running, null],
  ["paid", { ...running, endsAtMs: 1000 }, "grant-ended"],
  ["paid", { ...running, revokedAtMs: 500 }, "grant-revoked"],
  ["reversed", { ...running, revokedAtMs: 500 }, "grant-revoked"],
  ["paid", null, "no-grant"],
  ["prompted", null, "not-paid"],
  ["failed", null, "not-paid"],
] as const)("of a payment that is %s with the grant %j the problem is %s", (state, grant, problem) => {
  expect(saleProblem({ state, grant }, 1000)).toBe(problem);
});
