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

test("[PAY-24] EFRIS is told the excise by itself, VAT on what is with it, and whether a business bought", () => {
  const taxed = { vatBp: 1800, exciseBp: 1200, treatment: "standard" } as const;
  // 50,000.00 / 1.18 = 42,372.88; / 1.12 = 37,832.93
  const home = { netCents: 3_783_293, exciseCents: 453_995, vatCents: 762_712, totalCents: 5_000_000 };
  const mast = { netCents: 4_237_288, exciseCents: 0, vatCents: 762_712, totalCents: 5_000_000 };
  const lines: FiscalLine[] = [
    { text: "Home", itemCode: "p1", quantity: 2, ...taxed, ...home },
    { text: "Mast", itemCode: "p2", quantity: 1, ...taxed, exciseBp: 0, ...mast },
  ];
  const document = { ...documentOf("sale", lines), currency: "UGX", exciseCents: home.exciseCents };
  const { content } = efrisMessage({ ...document, issuedAt: "2026-11-22T18:30:05" });
  expect(content.taxDetails).toEqual([
    // Of both lines: 42,372.88 each is taxed with 18 %.
    { taxCategoryCode: "01", netAmount: "84745.76", taxRate: "0.18", taxAmount: "15254.24", grossAmount: "100000.00" },
    { taxCategoryCode: "05", netAmount: "37832.93", taxRate: "0.12", taxAmount: "4539.95", grossAmount: "42372.88" },
  ]);
  expect(content.goodsDetails).toMatchObject([
    { qty: "2", unitPrice: "25000.00", total: "50000.00", tax: "7627.12", exciseFlag: "1", exciseRate: "0.12" },
    { qty: "1", unitPrice: "50000.00", total: "50000.00", tax: "7627.12", exciseFlag: "2", exciseTax: "" },
  ]);
  expect(content.summary).toMatchObject({ netAmount: "80205.81", taxAmount: "19794.19", grossAmount: "100000.00" });
  expect(content.buyerDetails).toMatchObject({ buyerTin: "", buyerType: "1" });
  const business = { ...document, buyer: { name: "Lake View Ltd", taxPin: "1000123456" } };
  expect(efrisMessage(business).content.buyerDetails).toMatchObject({ buyerTin: "1000123456", buyerType: "0" });
});
