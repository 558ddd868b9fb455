import { expect, test } from "vitest";
import { placeOf } from "./received-place.ts";

test.each([
  ["payment", "p1", { path: "payments", id: "p1" }],
  ["cash-sale", "s1.ab", { path: "cash-sales", id: "s1.ab" }],
  ["customer", "c1", { path: "customers", id: "c1" }],
  ["subscription", "u1", { path: "subscriptions", id: "u1" }],
  ["invoice", "i1", { path: "invoices" }],
  ["voucher", "b1.7", { path: "vouchers", id: "b1" }],
  ["receipt", "UKL51ZDR4F", { path: "review", query: { q: "UKL51ZDR4F" } }],
] as const)("[PAY-18] a row about a %s leads to its page", (kind, id, place) => {
  expect(placeOf({ kind, id })).toEqual(place);
});

test("[PAY-18] what has no page leads nowhere", () => {
  expect(placeOf(null)).toBeNull();
});
