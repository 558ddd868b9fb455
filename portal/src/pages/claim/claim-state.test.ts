import { expect, test } from "vitest";
import { english } from "../../test-facts.ts";
import { nextAskMs, readClaim } from "./claim-state.ts";

const words = english.claimPage;

test.each([
  ["TJK4XY12AB ", "", { receipt: "TJK4XY12AB" }],
  ["TJK4XY12AB Confirmed. Ksh50.00", "50", { receipt: "TJK4XY12AB Confirmed. Ksh50.00", amountCents: 5000 }],
  ["TJK4XY12AB", "fifty", { receipt: "TJK4XY12AB" }],
  ["", "50", { amountCents: 5000 }],
  ["", "Ksh 1,250.50", { amountCents: 125_050 }],
  ["  ", "0.5", { amountCents: 50 }],
] as const)("“%s” and “%s” are a claim", (receipt, amount, claim) => {
  expect(readClaim(receipt, amount, words)).toEqual({ kind: "claim", claim });
});

test.each([
  ["", "", words.missing],
  ["", "fifty", words.badAmount],
  ["", "0", words.badAmount],
  ["", "-5", words.badAmount],
  ["", "99999999", words.badAmount],
] as const)("“%s” and “%s” are no claim, and the page says what is missing", (receipt, amount, text) => {
  expect(readClaim(receipt, amount, words)).toEqual({ kind: "error", text });
});

test("the page repeats the claim while the hub asks the channel, less often with time, and then stops", () => {
  expect([0, 179_000, 180_000, 900_000].map(nextAskMs)).toEqual([20_000, 20_000, 60_000, null]);
});
