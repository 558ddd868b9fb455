import { expect, test } from "vitest";
import type { Found } from "../data/search.ts";
import {
  claimEntry,
  type Entry,
  foundEntries,
  isBitOfPhone,
  matchingPlaces,
  paletteEntries,
  remember,
  searchedText,
} from "./palette-entries.ts";

const places = [
  { path: "payments", title: "Payments", note: "Sales" },
  { path: "people", title: "Staff", note: "Settings" },
  { path: "sell", title: "Sell", note: "Sales" },
];
const words = {
  title: ({ title }: Found) => title,
  note: ({ kind }: Found) => kind,
  disable: (code: string) => `Disable ${code}`,
};
const foundOf = (facts: Partial<Found>) =>
  ({ id: "1", title: "x", paymentId: null, customerId: null, ...facts }) as Found;
const entry = (key: string): Entry => ({ key, title: key, note: "", href: "#/" });

test.each([
  ["", ["payments", "people", "sell"]],
  ["pay", ["payments"]],
  ["SAL", ["payments", "sell"]],
  ["sales sell", ["sell"]],
  ["ents", []],
])("the text %o finds the pages %o", (text, found) => {
  expect(matchingPlaces(places, text).map(({ href }) => href)).toEqual(found.map((path) => `#/${path}`));
});

test("what the console does itself is found like a page, and done instead of opened", () => {
  const dark = { name: "theme", id: "dark", title: "Theme: Dark" } as const;
  const [found] = matchingPlaces([{ path: "theme/dark", title: dark.title, note: "Do", command: dark }], "dark");
  expect(found?.command).toEqual(dark);
});

test("a found voucher opens its history, and can be disabled by who may do that", () => {
  const found = [foundOf({ kind: "voucher", id: "v1", title: "4821-993" })];
  expect(foundEntries(found, { voucher: true }, words).map(({ title, href }) => [title, href])).toEqual([
    ["4821-993", "#/vouchers?code=4821-993"],
    ["Disable 4821-993", "#/vouchers?code=4821-993"],
  ]);
  expect(foundEntries(found, {}, words)).toHaveLength(1);
});

test("the code of a sale at a site can be disabled likewise, until it is", () => {
  const sale = { kind: "cash-sale", id: "site.sale", title: "…1234", state: "sold" } as const;
  const [entry, disable] = foundEntries([foundOf(sale)], { "cash-sale": true }, words);
  expect([entry?.href, disable?.title]).toEqual(["#/cash-sales/site.sale", "Disable …1234"]);
  expect(disable?.command).toEqual({ name: "disable-cash-sale", id: "site.sale", title: "…1234" });
  expect(foundEntries([foundOf({ ...sale, state: "disabled" })], { "cash-sale": true }, words)).toHaveLength(1);
  expect(foundEntries([foundOf(sale)], { voucher: true }, words)).toHaveLength(1);
});

test("a receipt opens its payment; one that became credit its customer; one without an owner leads to the review", () => {
  const href = (paymentId: string | null, customerId: string | null) =>
    foundEntries([foundOf({ kind: "receipt", id: "UKL51ZDR4F", paymentId, customerId })], {}, words)[0]?.href;
  expect([href("p1", "c1"), href(null, "c1"), href(null, null)]).toEqual([
    "#/payments/p1",
    "#/customers/c1",
    "#/review?q=UKL51ZDR4F",
  ]);
});

test.each([
  ["678", true],
  ["+25", true],
  ["07 1", true],
  ["5678", false],
  ["0712345678", false],
  ["UK5", false],
])("is %o too little of a phone number: %o", (text, is) => {
  expect(isBitOfPhone(text)).toBe(is);
});

test("a receipt that nothing has is claimed: the form begins with it; other texts are none", () => {
  const words = { title: "Customer already paid", note: "not in the books" };
  expect(claimEntry(" ukz0000i1a ", words)).toMatchObject([
    { title: "Customer already paid: UKZ0000I1A", href: "#/review?add=1&receipt=UKZ0000I1A" },
  ]);
  for (const text of ["CONNECTION", "0722000444", "UKZ0000I1", "Market sq1"])
    expect(claimEntry(text, words)).toEqual([]);
});

test.each([
  ["disable voucher 4821-993", "4821-993"],
  ["Zima vocha 575 415 9340", "575 415 9340"],
  ["voucher 6846333136", "6846333136"],
  ["UKLV7RIXRQ", "UKLV7RIXRQ"],
  ["Market square", "Market square"],
  ["0722 000 444", "0722 000 444"],
])("the text %o searches for %o", (text, searched) => {
  expect(searchedText(text)).toBe(searched);
});

test("[UIX-03] [CUS-09] a ticket opens its page", () => {
  expect(foundEntries([foundOf({ kind: "ticket", id: "t-1" })], {}, words)[0]?.href).toBe("#/tickets/t-1");
});

test("[UIX-03] a seller opens the list of sellers", () => {
  expect(foundEntries([foundOf({ kind: "seller" })], {}, words)[0]?.href).toBe("#/sellers");
});

test("a kind that this console does not know is left out", () => {
  expect(foundEntries([foundOf({ kind: "moon" as Found["kind"] })], {}, words)).toEqual([]);
});

test("what was found stands above pages; without a text what was open before; nothing stands twice", () => {
  const found = [entry("payment:1")];
  const recent = [entry("page:sell"), entry("payment:2")];
  const keys = (text: string) => paletteEntries(text, { recent, places, found }).map(({ key }) => key);
  expect(keys("pay")).toEqual(["payment:1", "page:payments"]);
  expect(keys(" ")).toEqual(["page:sell", "payment:2", "page:payments", "page:people"]);
});

test("the last eight opened things are remembered, each once, and no command", () => {
  let recent: readonly Entry[] = [];
  for (const key of ["a", "b", "a", "c"]) recent = remember(recent, entry(key));
  expect(recent.map(({ key }) => key)).toEqual(["c", "a", "b"]);
  const command = { name: "disable-voucher", id: "v", title: "v" } as const;
  expect(remember(recent, { ...entry("d"), command })).toBe(recent);
  for (let at = 0; at < 20; at++) recent = remember(recent, entry(String(at)));
  expect(recent).toHaveLength(8);
});
