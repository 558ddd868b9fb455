import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partsOf, sumOf, type Treatment } from "../tax/tax-arithmetic.ts";
import type { DocumentLine } from "./document-facts.ts";
import { fiscalYearOf, numberText } from "./document-number.ts";
import { leftOf, takeBack, takenBefore } from "./take-back.ts";

const line = (
  totalCents: number,
  rates = { vatBp: 1600, exciseBp: 1500 },
  treatment: Treatment = "standard",
): DocumentLine => ({
  kind: "plan",
  text: "Home",
  planId: "p",
  quantity: 1,
  totalCents,
  treatment,
  ...rates,
  ...partsOf(totalCents, rates),
});

describe("[PAY-24] credit notes", () => {
  test("take the lines in their order, and the deposit never", () => {
    const lines = [line(1000), line(5000, { vatBp: 0, exciseBp: 0 }, "outside"), line(500)];
    expect(leftOf(lines, new Map())).toBe(1500);
    const note = takeBack(lines, new Map(), 1200);
    expect(note.map(({ totalCents, ofLine }) => [ofLine, totalCents])).toEqual([
      [0, -1000],
      [2, -200],
    ]);
    expect(leftOf(lines, takenBefore([note]))).toBe(300);
    expect(takeBack(lines, takenBefore([note]), 99_999).map(({ totalCents }) => totalCents)).toEqual([-300]);
  });

  test("take the lines first that they are about, in their order, then the others", () => {
    const lines = [line(1000), { ...line(500), text: "Mast" }, line(300), { ...line(200), text: "Mast" }];
    const note = takeBack(lines, new Map([[1, 400]]), 1200, ({ text }) => text === "Mast");
    expect(note.map(({ totalCents, ofLine }) => [ofLine, totalCents])).toEqual([
      [1, -100],
      [3, -200],
      [0, -900],
    ]);
  });

  test("however an invoice is taken back in pieces, all notes together are the invoice, tax by tax, and no more", () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(amounts, fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 12 }), (totals, pieces) => {
        const lines = totals.map((total) => line(total));
        const notes: DocumentLine[][] = [];
        for (const piece of [...pieces, 10_000_000]) notes.push(takeBack(lines, takenBefore(notes), piece));
        const back = sumOf(notes.flat());
        const whole = sumOf(lines);
        expect([back.netCents, back.exciseCents, back.vatCents].map((cents) => 0 - cents)).toEqual([
          whole.netCents,
          whole.exciseCents,
          whole.vatCents,
        ]);
        expect(leftOf(lines, takenBefore(notes))).toBe(0);
      }),
    );
  });
});

describe("[PAY-24] numbers", () => {
  test.each([
    ["2026-06-30", 7, 2025],
    ["2026-07-01", 7, 2026],
    ["2026-01-01", 1, 2026],
    ["2026-12-31", 1, 2026],
  ])("%s is in the fiscal year that began in month %s of %s", (day, month, year) => {
    expect(fiscalYearOf(day, month)).toBe(year);
  });

  test("say their provider's prefix, their kind and year", () => {
    expect(numberText("BRK", { kind: "tax-invoice", year: 2026, series: null, number: 7 })).toBe("BRK-INV-2026-000007");
    expect(numberText("", { kind: "credit-note", year: 2026, series: "R7F3A", number: 1_234_567 })).toBe(
      "CN-2026-R7F3A-1234567",
    );
  });
});
