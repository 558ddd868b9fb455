import { expect, test } from "vitest";
import { lengthText } from "./terms-text.ts";

test.each([
  [3600, "1 h"],
  [1800, "30 min"],
  [900, "15 min"],
  [5400, "1 h 30 min"],
  [86_400, "1 day"],
  [2_592_000, "30 days"],
  [4, "4 s"],
])("[PLN-01] a plan of %i seconds lasts %s", (seconds, text) => {
  expect(lengthText(seconds)).toBe(text);
});
