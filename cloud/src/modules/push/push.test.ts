import { expect, test } from "vitest";
import { judgePush } from "./push.ts";

test.each([
  [201, 1, { state: "sent" }],
  [404, 1, { state: "failed", isGone: true }],
  [410, 1, { state: "failed", isGone: true }],
  [400, 1, { state: "failed" }],
  [403, 1, { state: "failed" }],
  [413, 1, { state: "failed" }],
  // A redirect is not followed, and would be the same the next time.
  [302, 1, { state: "failed" }],
  [429, 1, { state: "waiting" }],
  [503, 7, { state: "waiting" }],
  [503, 8, { state: "failed" }],
  [null, 1, { state: "waiting" }],
  [null, 8, { state: "failed" }],
] as const)("[MSG-07] a push service answers %s to try %i", (status, tries, outcome) => {
  expect(judgePush(status, tries)).toEqual(outcome);
});
