import { expect, test } from "vitest";
import { readScan } from "./read-scan.ts";

test.each([
  ["a code", "12345 67890", "1234567890"],
  ["a sale's code", "BCDF-GHJK", "BCDFGHJK"],
  ["a printed voucher", "http://10.5.50.2/#v=1234567890", "1234567890"],
  ["a printed voucher with a check number", "https://wifi.example/#v=AB12CD34&p=77", "AB12CD34"],
  ["a portal without a code", "http://10.5.50.2/", null],
  ["an address with a code elsewhere", "https://evil.example/?v=1234567890", null],
  ["markup", "<img src=x onerror=alert(1)>", null],
  ["a script", "javascript:alert(1)", null],
  ["a Wi-Fi's password", "WIFI:T:WPA;S:shop;P:secret;;", null],
  ["too long a text", "A".repeat(65), null],
  ["nothing", "  ", null],
])("[VOU-07] %s is read as what it is", (_, text, code) => {
  expect(readScan(text)).toBe(code);
});
