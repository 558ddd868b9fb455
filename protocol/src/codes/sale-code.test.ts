import { expect, test } from "vitest";
import { saleCodesIn } from "./sale-code.ts";

test.each([
  ["BCDF2345", ["BCDF2345"]],
  ["bcdf-2345", ["BCDF2345"]],
  ["BCDF 2345", ["BCDF2345"]],
  ["Wi-Fi: you paid KES 50 for 1 hour. Your code is BCDF2345.", ["BCDF2345"]],
  ["UKLABZDRQF Confirmed. Ksh20.00 sent to KARIBU for account BCDF2345 on 21/11/26.", ["BCDF2345"]],
  ["CONNECTION", []],
  ["hello there", []],
  ["0712345678", []],
])("the codes of our sales in %j", (typed, codes) => {
  expect(saleCodesIn(typed)).toEqual(codes);
});
