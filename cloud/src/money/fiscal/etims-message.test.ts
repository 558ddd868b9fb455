import { expect, test } from "vitest";
import { efrisMessage } from "./efris-message.ts";
import { etimsSale } from "./etims-message.ts";
import type { FiscalDocument, FiscalLine } from "./fiscal-contract.ts";

const line = (text: string, totalCents: number): FiscalLine => {
  const vatCents = Math.round((totalCents * 16) / 116);
  const rates = { vatBp: 1600, exciseBp: 0, treatment: "standard" } as const;
  const parts = { netCents: totalCents - vatCents, exciseCents: 0, vatCents };
  return { text, itemCode: "p1", quantity: 1, totalCents, ...rates, ...parts };
};

function documentOf(kind: FiscalDocument["kind"], lines: readonly FiscalLine[]): FiscalDocument {
  const sum = (of: (one: FiscalLine) => number) => lines.reduce((all, one) => all + of(one), 0);
  return {
    kind,
    number: "SUM-2026-000001",
    sequence: 1,
    refersTo: null,
    reason: null,
    seller: { name: "Baraka", taxPin: "P051234567X", branch: "00", address: null },
    buyer: { name: "Walk-in customers", taxPin: null },
    currency: "KES",
    issuedAt: "2026-11-22T18:30:05",
    paid: [{ way: "mobile-money", cents: sum((one) => one.totalCents) }],
    lines,
    netCents: sum((one) => one.netCents),
    exciseCents: 0,
    vatCents: sum((one) => one.vatCents),
    totalCents: sum((one) => one.totalCents),
  };
}

test("[PAY-24] what eTIMS is told of the lines adds up to the whole, with a refund among sales, and above zero in a credit note", () => {
  const told = etimsSale(documentOf("sale", [line("1 hour", 11_600), line("1 hour", -1160)]));
  const amounts = told.itemList.map(({ totAmt, taxblAmt, taxAmt }) => [totAmt, taxblAmt, taxAmt]);
  expect(amounts).toEqual([
    [116, 100, 16],
    [-11.6, -10, -1.6],
  ]);
  expect([told.totAmt, told.totTaxblAmt, told.totTaxAmt]).toEqual([104.4, 90, 14.4]);
  const back = etimsSale(documentOf("credit", [line("1 hour", -11_600)]));
  expect([back.totAmt, back.itemList[0]?.totAmt, back.itemList[0]?.taxAmt]).toEqual([116, 116, 16]);
});

test("[PAY-24] of a seller who is not registered for VAT, both authorities are told no VAT: not zero-rated, and not exempt", () => {
  const without = { vatBp: 0, vatCents: 0, netCents: 100_000 } as const;
  const told = (treatment: FiscalLine["treatment"], vatRegistered: boolean) => {
    const document = documentOf("sale", [{ ...line("Home", 100_000), ...without, treatment }]);
    const of = { ...document, seller: { ...document.seller, vatRegistered } };
    const { content } = efrisMessage(of);
    const [goods] = content.goodsDetails as { taxRate: string; vatApplicableFlag: string }[];
    const [tax] = content.taxDetails as { taxCategoryCode: string; taxRate: string }[];
    return [
      ...[etimsSale(of).itemList[0]?.taxTyCd, etimsSale(of).taxblAmtC, etimsSale(of).taxblAmtD],
      ...[tax?.taxCategoryCode, tax?.taxRate, goods?.taxRate, goods?.vatApplicableFlag],
    ];
  };
  for (const treatment of ["standard", "no-excise", "zero-rated", "exempt"] as const)
    expect(told(treatment, false), treatment).toEqual(["D", 0, 1000, "11", "-", "-", "0"]);
  expect(told("zero-rated", true)).toEqual(["C", 1000, 0, "02", "0", "0", "1"]);
  expect(told("exempt", true)).toEqual(["A", 0, 0, "03", "-", "-", "1"]);
});
