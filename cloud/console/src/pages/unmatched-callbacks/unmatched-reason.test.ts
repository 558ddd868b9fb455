import { expect, test } from "vitest";
import { unmatchedReason } from "./unmatched-reason.ts";

const body = "Not a genuine message from the channel: ";
test.each([
  ["not a genuine message: : Invalid input", `${body}the body is missing or has another shape`],
  ["not a genuine message: Body: Invalid input", `${body}Body is missing or has another shape`],
  [
    "not a genuine message: Body.stkCallback: Invalid input: expected object",
    `${body}Body.stkCallback is missing or has another shape`,
  ],
  ["not a genuine message: Amount: not an amount of money", `${body}Amount: not an amount of money`],
  ["unknown purchase token", "It names no purchase of ours"],
  ["this channel sends no notices", "This channel sends no such messages"],
  ["constructor", "constructor"],
  ["could not be booked: out of range", "It could not be booked, and is tried again: out of range"],
])("%s is shown as: %s", (reason, shown) => expect(unmatchedReason(reason)).toBe(shown));
