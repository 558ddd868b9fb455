import { expect, test } from "vitest";
import { openedFrom, readAddress, withQueryChange, writeAddress } from "./address.ts";

test.each([
  ["", "", null, {}],
  ["#/", "", null, {}],
  ["#/payments", "payments", null, {}],
  ["#/payments/0192?state=paid&from=2026-11-01", "payments", "0192", { state: "paid", from: "2026-11-01" }],
  ["#/ledger/revenue%40KES", "ledger", "revenue@KES", {}],
  ["#/ledger/%", "ledger", "%", {}],
  ["#/payments?q=a%2Fb?c", "payments", null, { q: "a/b?c" }],
])("the address %s is read", (hash, path, id, query) => {
  const address = readAddress(hash);
  expect([address.path, address.id, Object.fromEntries(address.query)]).toEqual([path, id, query]);
});

test("an address is written as it is read, without empty values", () => {
  const parts = { path: "ledger", id: "a/b?c@KES", query: { state: "", q: "07 & 08" } };
  const hash = writeAddress(parts);
  const read = readAddress(hash);
  expect([read.path, read.id, Object.fromEntries(read.query)]).toEqual(["ledger", "a/b?c@KES", { q: "07 & 08" }]);
});

test("a change of the query keeps page, thing and the other values", () => {
  expect(withQueryChange("#/payments/7?state=paid&q=x", { q: "", sort: "-amount" })).toBe(
    "#/payments/7?state=paid&sort=-amount",
  );
});

test.each([
  ["#/payments?state=paid", "#/payments/7", "#/payments/7?state=paid"],
  ["#/payments/6?state=paid", "#/payments/7", "#/payments/7?state=paid"],
  ["#/sessions?siteId=3", "#/payments/7", "#/payments/7"],
  ["#/vouchers?q=1", "#/vouchers?code=22", "#/vouchers?code=22"],
])("from %s the link %s leads to %s", (hash, href, opened) => {
  expect(openedFrom(hash, href)).toBe(opened);
});
