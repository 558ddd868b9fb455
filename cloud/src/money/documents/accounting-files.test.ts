import { expect, test } from "vitest";
import { invoiceCells, journalCells, journalNumber } from "./accounting-files.ts";

const entryId = "01a2067e-b95b-71ed-8a7b-ffc7eabd0ed5";

test("[PAY-24] a journal's number has the 21 signs at most that QuickBooks takes, and is another one for another entry of the same moment", () => {
  const numbers = [entryId, "01a2067e-b95b-71ed-8a7b-ffc7eabd0ed6", "ffffffff-ffff-7fff-bfff-ffffffffffff"].map(
    journalNumber,
  );
  expect(new Set(numbers).size).toBe(3);
  for (const number of numbers) expect(number).toMatch(/^[0-9A-Z]{20}$/);
  const posting = {
    ...{ entryId, day: "2026-11-23", kind: "Payment", about: "KVPB4CS5", account: "cash", accountName: "Cash" },
    ...{ currency: "KES", amountCents: 2000 },
  };
  expect(journalCells("quickbooks-journal", posting)[0]).toBe(journalNumber(entryId));
});

test("[PAY-24] a plan of ours stands under the name that customers read", () => {
  const line = {
    ...{ kind: "service", text: "UNLIMITED-MONTHLY", quantity: 1, treatment: "standard", vatBp: 0, exciseBp: 0 },
    ...{ netCents: 150_000, exciseCents: 0, vatCents: 0, totalCents: 150_000 },
  } as unknown as Parameters<typeof invoiceCells>[1]["lines"][number];
  const document = {
    ...{ numberText: "INV-1", customerName: "Amina", issuedOn: "2026-11-23", currency: "KES", reason: null },
    seller: { vatRegistered: false },
    lines: [line],
  } as unknown as Parameters<typeof invoiceCells>[1];
  expect(invoiceCells("xero-invoices", document)[0]).toContain("1 x Unlimited Monthly");
});

test("[PAY-24] why a credit note was given stands there in words, not as our code", () => {
  const document = {
    ...{ numberText: "CN-1", customerName: "Amina", issuedOn: "2026-11-23", currency: "KES", reason: "plan-change" },
    seller: { vatRegistered: false },
    lines: [
      { ...{ kind: "plan-change", text: "Home", quantity: 1, treatment: "standard", totalCents: -1, vatCents: 0 } },
    ],
  } as unknown as Parameters<typeof invoiceCells>[1];
  for (const layout of ["quickbooks-invoices", "xero-invoices"] as const) {
    expect(invoiceCells(layout, document)[0]).toContain("Change of plan");
    expect(invoiceCells(layout, document)[0]).not.toContain("plan-change");
    expect(invoiceCells(layout, { ...document, reason: "The line was down" })[0]).toContain("The line was down");
  }
});

test("[PAY-24] who is not registered for VAT has none in either program, and is not zero-rated; who is registered has what the plan is", () => {
  const cellsFor = (vatRegistered: boolean, treatment: string, vatBp: number) => {
    const line = {
      ...{ kind: "plan", text: "Home", quantity: 1, treatment, vatBp, exciseBp: 0 },
      ...{ netCents: 100_000, exciseCents: 0, vatCents: 0, totalCents: 100_000 },
    };
    const document = {
      ...{ numberText: "INV-1", customerName: "Amina", issuedOn: "2026-11-23", currency: "KES", reason: null },
      ...{ seller: { vatRegistered }, lines: [line] },
    } as unknown as Parameters<typeof invoiceCells>[1];
    return (["quickbooks-invoices", "xero-invoices"] as const).map(
      (layout) => invoiceCells(layout, document)[0]?.at(-3) ?? "",
    );
  };
  for (const treatment of ["standard", "no-excise", "zero-rated", "exempt"])
    expect(cellsFor(false, treatment, 0), treatment).toEqual(["No VAT", "No VAT"]);
  expect(cellsFor(true, "zero-rated", 0)).toEqual(["Zero-rated", "Zero-rated"]);
  expect(cellsFor(true, "exempt", 0)).toEqual(["Exempt", "Exempt"]);
  expect(cellsFor(true, "standard", 1600)).toEqual(["VAT 16%", "VAT 16%"]);
});
