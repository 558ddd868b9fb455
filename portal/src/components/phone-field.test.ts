import { expect, test } from "vitest";
import { groupPhone } from "./phone-field.ts";

test.each([
  ["0712345678", "0712 345 678"],
  ["07123", "0712 3"],
  ["+254712345678", "+254 712 345 678"],
  ["2541", "254 1"],
  ["+27821234567", "+27 821 234 567"],
  ["+2348031234567", "+234 803 123 4567"],
  ["712345678", "712345678"],
  ["abc", "abc"],
])("%s is grouped to %s while a customer types", (typed, shown) => {
  expect(groupPhone(typed)).toBe(shown);
  expect(groupPhone(shown)).toBe(shown);
});
