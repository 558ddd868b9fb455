import { brokenText } from "@karibu/protocol/hostile-texts";
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

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test("vouchers that can still be sold are printed, whatever stands in the plan's name", () => {
  const name = `Day, "fast" ${brokenText}`;
  const csv = [
    "code,plan,price,currency,state",
    "1234567890,1GB-DAILY,50,KES,active",
    `2234567890,${quoted(name)},50,KES,active`,
    `3234567890,${quoted(name)},50,KES,disabled`,
    "4234567890,,50,KES,active",
    "",
  ].join("\r\n");
  expect(readCodes(csv)).toEqual([
    { code: "1234567890", plan: "1GB-DAILY", price: "50", currency: "KES" },
    { code: "2234567890", plan: name, price: "50", currency: "KES" },
    { code: "4234567890", plan: "", price: "50", currency: "KES" },
  ]);
  expect(readCodes("code,plan,price,currency,state\r\n")).toEqual([]);
});
