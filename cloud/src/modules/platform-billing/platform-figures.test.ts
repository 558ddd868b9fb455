import { expect, test } from "vitest";
import { type FigureRow, figuresOf } from "./platform-figures.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 22);
const ago = (days: number) => nowMs - days * dayMs;

let count = 0;
/** 1,000 shillings a month, paid for half a year; with this difference. */
const row = (difference: Partial<FigureRow> = {}): FigureRow => ({
  ...{
    providerId: `p${count++}`,
    name: "P",
    planName: "Small",
    priceCents: 100_000,
    currency: "KES",
    everyMonths: 1,
  },
  ...{ anchorMs: ago(180), endedAtMs: null, arrearsAtMs: null, salesStoppedAtMs: null, deletedAtMs: null },
  ...{ owedCents: 0, owedCurrency: null, isOwing: false, wasCharged: true },
  ...difference,
});

test("[TEN-06] what comes in each month, who owes and who left, against a sum made by hand", () => {
  const rows = [
    row({ owedCents: 300_000, owedCurrency: "KES", isOwing: true, arrearsAtMs: ago(2) }), // read-only: counts still
    row({ owedCents: 100_000, owedCurrency: "KES", isOwing: true, salesStoppedAtMs: ago(40) }), // left before: counts nowhere but in what is owed
    row({ owedCents: 50_000, owedCurrency: "UGX", isOwing: false, currency: "UGX", priceCents: 50_000 }),
    row(), // pays
    row({ priceCents: 1_000_000, everyMonths: 12 }), // 833.33 a month
    row({ priceCents: 0, wasCharged: false }), // free
    row({ anchorMs: nowMs + 5 * dayMs, wasCharged: false }), // in the trial
    row({ anchorMs: ago(10), wasCharged: false }), // new since
    row({ anchorMs: ago(20), endedAtMs: ago(25), wasCharged: false }), // left in the trial
    row({ endedAtMs: ago(29) }), // left
    row({ salesStoppedAtMs: ago(1) }), // left
    row({ deletedAtMs: ago(3) }), // left
    row({ endedAtMs: ago(31) }), // left before
  ];
  expect(figuresOf(rows, nowMs)).toMatchObject({
    // Read-only, one that pays, a twelfth of the year, and the new one.
    monthly: [
      { currency: "KES", amountCents: 100_000 + 100_000 + 83_333 + 100_000 },
      { currency: "UGX", amountCents: 50_000 },
    ],
    arrears: [
      { currency: "KES", amountCents: 400_000 },
      { currency: "UGX", amountCents: 50_000 },
    ],
    ...{ trials: 1, paying: 5, owing: 3 },
    // Read-only, UGX, one that pays, the yearly one, and the three who left.
    ...{ paidBefore: 7, left: 3, churnPermille: 429 },
  });
  expect(figuresOf(rows, nowMs).items).toHaveLength(rows.length - 1);
  expect(figuresOf([], nowMs)).toMatchObject({ monthly: [], paidBefore: 0, churnPermille: 0 });
});
