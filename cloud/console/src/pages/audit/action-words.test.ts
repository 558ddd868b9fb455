import { expect, test } from "vitest";
import { say } from "../../strings/strings.ts";
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
    terms: { devices: 1, validitySeconds: 3600 },
    creditLimitCents: 100,
    twoPersonRefunds: true,
  };
  const text = detailText({ params: {}, body });
  expect(text).toBe(
    `${say("name")}: Hour · ${say("price")}: 20.5 · ${say("devicesAtOnce")}: 1 · ${say("validFor")}: 1 h 00 min · credit limit: 1 · two person refunds: ${say("yes")}`,
  );
  expect(detailText({ body: null })).toBe("");
});
