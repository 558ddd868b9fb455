import { expect, test } from "vitest";
import { actionWords, detailText } from "./action-words.ts";

test.each([
  ["POST /api/v1/plans/{planId}/copy", "Plans: copied"],
  ["POST /api/v1/plans", "Plans: added"],
  ["PATCH /api/v1/sites/{siteId}", "Sites: changed"],
  ["DELETE /api/v1/tokens/{tokenId}", "API tokens: removed"],
  ["POST /api/v1/vouchers/batches/{batchId}/disable", "Vouchers, batches: switched off"],
  ["POST /api/v1/user/second-factor/begin", "My account, two steps: begun"],
  ["signed-up", "Signed up"],
])("%s is written as %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});

test("the body of a request is one line of names and values, without ids, files and what was left out", () => {
  const body = {
    name: "Hour",
    priceCents: 2050,
    planId: "0197",
    csv: "a,b",
    groupId: null,
    terms: { devices: 1 },
    scopes: ["a", "b"],
  };
  expect(detailText({ params: {}, body })).toBe("name: Hour · price: 20.5 · terms devices: 1 · scopes: a, b");
  expect(detailText({ body: null })).toBe("");
});
