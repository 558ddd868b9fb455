import { expect, test } from "vitest";
import { grouped, readCodes } from "./print-sheet.ts";

test("[VOU-15] the hub's list of codes is read for printing: quotes undone, only what can still be sold", () => {
  const csv =
    'code,plan,price,currency,state\r\n0123456789,"1 hour, ""fast""",10.00,KES,active\r\nAB12,Day,50.00,KES,used\r\n';
  expect(readCodes(csv)).toEqual([{ code: "0123456789", plan: '1 hour, "fast"', price: "10.00", currency: "KES" }]);
});

test("codes are written in groups that people can read out", () => {
  expect(["123456", "1234567890", "KB1234567890"].map(grouped)).toEqual(["123456", "12345 67890", "KB123 45678 90"]);
});
