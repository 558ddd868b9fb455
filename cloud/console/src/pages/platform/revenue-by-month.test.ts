import { expect, test } from "vitest";
import { revenueByMonth } from "./revenue-by-month.ts";

const row = (month: string, currency: string, takenCents: number) => ({ month, currency, takenCents });

test("the revenue of all providers is summed by month, never over two currencies; a month without money is zero", () => {
  const rows = [row("2026-02", "KES", 2000), row("2025-12", "KES", 500), row("2026-02", "UGX", 90000)];
  const [kes, ugx, ...others] = revenueByMonth([...rows, row("2026-02", "KES", 50)]);
  expect(others).toEqual([]);
  expect([kes?.currency, ugx?.currency]).toEqual(["KES", "UGX"]);
  expect(kes?.months).toHaveLength(12);
  expect(kes?.months.slice(-3)).toEqual([
    { month: "2025-12", takenCents: 500 },
    { month: "2026-01", takenCents: 0 },
    { month: "2026-02", takenCents: 2050 },
  ]);
  expect(kes?.months[0]?.month).toBe("2025-03");
  expect(ugx?.months.at(-1)).toEqual({ month: "2026-02", takenCents: 90000 });
});
