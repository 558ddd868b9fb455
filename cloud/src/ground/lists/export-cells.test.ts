import { expect, test } from "vitest";
import { cellsOf, headsOf } from "./export-cells.ts";

test.each([
  [
    "createdAtMs",
    Date.UTC(2026, 10, 20, 21, 30),
    ["Head (UTC)", "Head (local)"],
    ["2026-11-20T21:30:00.000Z", "2026-11-21 00:30:00"],
  ],
  ["stoppedAtMs", null, ["Head (UTC)", "Head (local)"], [null, null]],
  ["amountCents", 3000, ["Head"], ["30.00"]],
  ["amountCents", -1205, ["Head"], ["-12.05"]],
  ["refundedCents", 0, ["Head"], ["0.00"]],
  ["planName", "1GB-DAILY", ["Head"], ["1 GB Daily"]],
  ["soldBy", null, ["Head"], [null]],
  ["voided", true, ["Head"], ["Yes"]],
  ["state", "no-funds", ["Head"], ["Not enough money"]],
  ["state", "brand-new_code", ["Head"], ["brand new code"]],
  ["state", null, ["Head"], [null]],
] as const)("%s with the value %j has the columns %j with %j", (field, value, heads, cells) => {
  const wording = field === "state" ? { "no-funds": ["Not enough money", "Hakuna pesa"] as const } : undefined;
  expect(headsOf(field, ["Head", "Kichwa"], "en")).toEqual(heads);
  expect(cellsOf(field, value, { language: "en", offsetMinutes: 180, wording })).toEqual(cells);
});

test("[REP-10] in Swahili heads, codes, yes and no, and the names of standard plans are Swahili", () => {
  const style = { language: "sw", offsetMinutes: 180 } as const;
  expect(headsOf("createdAtMs", ["Made", "Iliundwa"], "sw")).toEqual(["Iliundwa (UTC)", "Iliundwa (saa za hapa)"]);
  expect(cellsOf("voided", false, style)).toEqual(["Hapana"]);
  expect(cellsOf("planName", "1GB-DAILY", style)).toEqual(["GB 1 kwa siku"]);
  expect(cellsOf("state", "paid", { ...style, wording: { paid: ["Paid", "Imelipwa"] } })).toEqual(["Imelipwa"]);
});
