import { expect, test } from "vitest";
import { readDecimalCents } from "./decimal-amount.ts";

test.each<[unknown, number | null]>([
  ["53.00", 5300],
  ["1,100.5", 110_050],
  [1.1, 110],
  ["1.5000", 150],
  ["0", 0],
  ["1.005", null],
  ["12,345,678.90", 1_234_567_890],
  ["50,00", null], // a comma before the cents: with it left out these would be five thousand
  ["1.100,00", null],
  ["1,10", null],
  ["1,1000", null],
  ["1100,000", null],
  [",100", null],
  ["-1", null],
  ["1e3", null],
  ["", null],
  [undefined, null],
  ["10000000000000", null], // longer than any amount: zeros at its end are no decimals
])("%j is read exactly as %j cents, or refused", (text, expected) => {
  expect(readDecimalCents(text)).toBe(expected);
});
