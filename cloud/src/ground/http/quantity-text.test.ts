import { expect, test } from "vitest";
import { quantityText } from "./quantity-text.ts";

test.each([
  ["priceCents", 1_000_000_000_000, "10,000,000,000.00"],
  ["terms.validitySeconds", 60, "60 s"],
  ["terms.validitySeconds", 315_360_000, "3,650 d"],
  ["terms.burst.seconds", 3600, "1 h"],
  ["terms.dataBytes", 1_000_000_000_000_000, "1,000 TB"],
  ["dataBytes", 1, "1 B"],
  ["downKbps", 10_000_000, "10 Gbps"],
  ["downKbps", 1, "1 kbps"],
  ["fromMs", 0, "1970-01-01"],
  ["untilMs", 253_402_300_799_999, "9999-12-31"],
  ["terms.devices", 1000, "1,000"],
  ["expectedCents", -1_000_000_000_000, "-10,000,000,000.00"],
  ["unverifiedCentsMax", 50, "0.50"],
  ["expectedCents", -50, "-0.50"],
  ["costMillicents", 1_000_000_000_000, "1,000,000,000,000"],
  ["quantity", 7, "7"],
])("[SYS-16] the limit of %s, %i, reads %s", (field, value, text) => {
  expect(quantityText(field, value)).toBe(text);
});
