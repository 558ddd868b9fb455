import { expect, test } from "vitest";
import { type FigureRow, figuresOf } from "./platform-figures.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 22);
const ago = (days: number) => nowMs - days * dayMs;

let count = 0;
/** 1,000 shillings a month, paid for half a year; with this difference. */
const row = (difference: Partial<FigureRow> = {}): FigureRow => ({
  ...{
    provider_id: `p${count++}`,
    name: "P",
    plan_name: "Small",
    price_cents: 100_000,
    currency: "KES",
    every_months: 1,
  },
  ...{ anchor_ms: ago(180), ended_at_ms: null, arrears_at_ms: null, sales_stopped_at_ms: null, deleted_at_ms: null },
  ...{ owed_cents: 0, owed_currency: null, is_owing: false, was_charged: true },
  ...difference,
});

test("[TEN-06] what comes in each month, who owes and who left, against a sum made by hand", () => {
  const rows = [
    row({ owed_cents: 300_000, owed_currency: "KES", is_owing: true, arrears_at_ms: ago(2) }), // read-only: counts still
    row({ owed_cents: 100_000, owed_currency: "KES", is_owing: true, sales_stopped_at_ms: ago(40) }), // left before: counts nowhere but in what is owed
    row({ owed_cents: 50_000, owed_currency: "UGX", is_owing: false, currency: "UGX", price_cents: 50_000 }),
    row(), // pays
    row({ price_cents: 1_000_000, every_months: 12 }), // 833.33 a month
    row({ price_cents: 0, was_charged: false }), // free
    row({ anchor_ms: nowMs + 5 * dayMs, was_charged: false }), // in the trial
    row({ anchor_ms: ago(10), was_charged: false }), // new since
    row({ anchor_ms: ago(20), ended_at_ms: ago(25), was_charged: false }), // left in the trial
    row({ ended_at_ms: ago(29) }), // left
    row({ sales_stopped_at_ms: ago(1) }), // left
    row({ deleted_at_ms: ago(3) }), // left
    row({ ended_at_ms: ago(31) }), // left before
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
