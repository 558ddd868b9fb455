import { expect, test } from "vitest";
import { unmatchedReason } from "./unmatched-reason.ts";

test.each([
  ["not a genuine message: : Invalid input", "not a genuine message: the body is missing or has another shape"],
  ["not a genuine message: Body: Invalid input", "not a genuine message: Body is missing or has another shape"],
  [
    "not a genuine message: Body.stkCallback: Invalid input: expected object",
    "not a genuine message: Body.stkCallback is missing or has another shape",
  ],
  ["not a genuine message: Amount: not an amount of money", "not a genuine message: Amount: not an amount of money"],
  ["unknown purchase token", "unknown purchase token"],
  ["could not be booked: out of range", "It could not be booked, and is tried again: out of range"],
])("%s is shown as: %s", (reason, shown) => expect(unmatchedReason(reason)).toBe(shown));
