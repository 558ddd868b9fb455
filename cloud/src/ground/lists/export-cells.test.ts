import { expect, test } from "vitest";
import { cellsOf, headsOf } from "./export-cells.ts";

test.each([
  [
    "createdAtMs",
    Date.UTC(2026, 10, 20, 21, 30),
    ["createdAt", "createdAtLocal"],
    ["2026-11-20T21:30:00.000Z", "2026-11-21 00:30:00"],
  ],
  ["stoppedAtMs", null, ["stoppedAt", "stoppedAtLocal"], [null, null]],
  ["amountCents", 3000, ["amount"], ["30.00"]],
  ["amountCents", -1205, ["amount"], ["-12.05"]],
  ["refundedCents", 0, ["refunded"], ["0.00"]],
  ["planName", "1GB-DAILY", ["planName"], ["1 GB Daily"]],
  ["soldBy", null, ["soldBy"], [null]],
] as const)("%s with the value %j has the columns %j with %j", (field, value, heads, cells) => {
  expect(headsOf(field)).toEqual(heads);
  expect(cellsOf(field, value, 180)).toEqual(cells);
});
