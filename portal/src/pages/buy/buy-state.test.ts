import { expect, test } from "vitest";
import { en } from "../../strings/en.ts";
import { groupPhone, phoneComplaint, troubleText } from "./buy-state.ts";

test.each([
  ["0712345678", "0712 345 678"],
  ["07123", "0712 3"],
  ["+254712345678", "+254 712 345 678"],
  ["2541", "254 1"],
  ["712345678", "712345678"],
  ["abc", "abc"],
])("%s is grouped to %s while somebody types", (typed, shown) => {
  expect(groupPhone(typed)).toBe(shown);
  expect(groupPhone(shown)).toBe(shown);
});

test("the field complains about itself only, and an empty one is not called wrong", () => {
  const trouble = { code: "bad-phone" as const, field: "phone", retryAfterSeconds: null };
  expect(phoneComplaint("", null, en)).toBeNull();
  expect(phoneComplaint(" ", trouble, en)).toBe(en.phoneMissing);
  expect(phoneComplaint("0812", trouble, en)).toBe(en.phoneWrong);
  expect(phoneComplaint("0712", { code: "hub-away", field: null, retryAfterSeconds: null }, en)).toBeNull();
});

test("a refusal says how long to wait", () => {
  expect(troubleText({ code: "slow-down", field: null, retryAfterSeconds: 20 }, en)).toBe(
    "That was a bit too quick. Wait a moment, then try again. Wait 20 seconds.",
  );
  expect(troubleText({ code: "guessing", field: null, retryAfterSeconds: 600 }, en)).toMatch(/Wait 10 minutes\.$/);
});
