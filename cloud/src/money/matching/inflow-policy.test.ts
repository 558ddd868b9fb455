import { sha256Hex } from "@karibu/protocol/hash";
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import { testParties } from "../../ground/amounts/test-parties.ts";
import { receiptsIn } from "../claims/claim-policy.ts";
import { type Inflow, payerFits, payerParty, readPayer } from "../evidence/inflow.ts";
import { spellings } from "../receipts/spellings.ts";
import { accountKey, isNearlyEqual, luhnDigit, phoneInAccount } from "./account-text.ts";
import { decideInflow, type Known, type OpenPurchase } from "./inflow-policy.ts";

test.each([
  ["acc 12345", "12345"],
  ["A/C: 123-45", "12345"],
  ["wifi account no. 12 345", "12345"],
  ["ACC12345", "12345"],
  [" k7q2-m9xw ", "K7Q2M9XW"],
  ["Ｋ７Ｑ２", "K7Q2"],
  ["NOBODY", "NOBODY"],
  ["INTERNET", "INTERNET"],
  ["", ""],
])("the account %j is %j", (typed, key) => {
  expect(accountKey(typed)).toBe(key);
});

test.each([
  ["0712345678", "254712345678"],
  ["+254 712 345 678", "254712345678"],
  ["712345678", "254712345678"],
  ["acc 0712345678", "254712345678"],
  ["25471234567", null],
  ["12345678", null],
])("the account %j is the phone %j", (typed, phone) => {
  expect(phoneInAccount(typed)).toBe(phone);
});

test("one letter added, lost, changed or swapped is near, two are not", () => {
  for (const near of ["12346", "1234", "2345", "1245", "123455", "812345", "123845", "21345", "12354"])
    for (const [one, other] of [["12345", near] as const, [near, "12345"] as const])
      expect(isNearlyEqual(one, other), near).toBe(true);
  for (const far of ["12366", "123", "54321", "13254", "1243", "1299", "812346", "1234567"])
    for (const [one, other] of [["12345", far] as const, [far, "12345"] as const])
      expect(isNearlyEqual(one, other), far).toBe(false);
  expect(luhnDigit("7992739871")).toBe("3");
});

test.each([
  ["UKL51ZDR4F Confirmed. Ksh50.00 sent to X for account 123", ["UKL51ZDR4F"]],
  ["ukl51zdr4f", ["UKL51ZDR4F"]],
  ["0712345678", []],
  ["hello there", []],
])("the receipts in %j", (typed, receipts) => {
  expect(receiptsIn(typed)).toEqual(receipts);
});

test("O and 0, I and 1 are tried both ways, the typed one first", () => {
  expect(spellings("UO1")[0]).toBe("UO1");
  expect(spellings("UO1").sort()).toEqual(["U01", "U0I", "UO1", "UOI"]);
  expect(spellings("ABC")).toEqual(["ABC"]);
  expect(spellings("0O0O0O0O0O").length).toBeLessThanOrEqual(128);
});

const jane = testParties.ofPhone("p1", "254712345126");
const customer = testParties.ofPhone("p1", "254799999999");

test("a payer is known by number, by hash, or not contradicted by a mask", () => {
  const known = { party: jane, mask: "2547***126" };
  const fits = (shown: string) => {
    const payer = readPayer(shown);
    return payerFits({ payer, party: payerParty(testParties, "p1", payer) }, known);
  };
  expect(fits("2547 ***** 126")).toBe(true);
  expect(fits("25470****149")).toBe(false);
  expect(fits(sha256Hex("254712345126"))).toBe(true);
  expect(fits(sha256Hex("254712345126").slice(0, 62))).toBe(false);
  expect(fits("0712345126")).toBe(true);
  expect(fits("")).toBe(false);
});

const purchase: OpenPurchase = {
  purchaseId: "i1",
  reference: "K7Q2M9XW",
  amountCents: 5000,
  party: jane,
  phoneMasked: "2547***126",
  sentAtMs: 1_000_000,
  hasReceipt: false,
  customerName: "Jane Wanjiku",
};
const inflow: Inflow = {
  source: "c2b-confirmation",
  trust: "pushed",
  receipt: "R1",
  amountCents: cents(5000),
  accountText: null,
  payer: { kind: "mask", start: "2547", end: "126" },
  payerName: null,
  paidAtMs: 1_020_000,
  shortcode: "600100",
};
const full = { kind: "phone", phone: "254712345126" } as const;
const account = {
  accountKey: "1234567",
  kind: "customer",
  party: "p1" as Party,
  siteId: null,
  planId: null,
} as const;
const nothing: Known = { purchases: [], isCut: false, accounts: [], payer: null, typed: null };
const known: Known = { ...nothing, purchases: [purchase], accounts: [account] };
/** The payer is she who began the purchase. */
const hers: Known = { ...known, payer: jane };

test.each<[string, Partial<Inflow>, Known, object]>([
  [
    "its reference",
    { accountText: "k7q2 m9xw", payer: { kind: "none" } },
    known,
    { kind: "purchase", purchaseId: "i1" },
  ],
  ["an account", { accountText: "123-4567" }, known, { kind: "account", party: "p1" }],
  ["an account with O for 0, and only one fits", { accountText: "I234S67" }, known, { kind: "account", party: "p1" }],
  [
    "a customer's phone",
    { accountText: "0799999999" },
    { ...known, typed: customer },
    { kind: "credit", party: customer },
  ],
  [
    "payer, amount and time",
    { accountText: "wifi", payer: full },
    hers,
    { kind: "purchase", purchaseId: "i1", rule: "payer, amount and time" },
  ],
  ["the payer as the books name her", { payer: { kind: "none" } }, hers, { kind: "purchase" }],
  ["another payer", { payer: full }, { ...known, payer: customer }, { kind: "suspense" }],
  ["another amount", { payer: full, amountCents: cents(4000) }, hers, { kind: "suspense" }],
  ["too late", { payer: full, paidAtMs: 1_000_000 + 16 * 60_000 }, hers, { kind: "suspense" }],
  [
    "a mask, which fits strangers as well: it proposes only",
    { accountText: "wifi" },
    known,
    { kind: "suspense", why: "the payer is hidden", suggestions: [{ kind: "payment", id: "i1" }] },
  ],
  [
    "a mask and the customer's name, however it is ordered",
    { payerName: "WANJIKU  jane ACHIENG" },
    known,
    { kind: "purchase", purchaseId: "i1", rule: "payer's name and digits, amount and time" },
  ],
  ["a mask and a first name, which many have", { payerName: "JANE" }, known, { kind: "suspense" }],
  ["a mask and another name", { payerName: "MARY WANJIKU" }, known, { kind: "suspense" }],
  [
    "a name, and a mask of another number",
    { payerName: "JANE WANJIKU", payer: { kind: "mask", start: "2547", end: "149" } },
    known,
    { kind: "suspense" },
  ],
  [
    "a mask and a name that two open purchases have",
    { payerName: "JANE WANJIKU" },
    { ...known, purchases: [purchase, { ...purchase, purchaseId: "i2", reference: "X" }] },
    { kind: "suspense", why: "several purchases fit" },
  ],
  [
    "a mask and a name that one of two has",
    { payerName: "JANE WANJIKU" },
    { ...known, purchases: [purchase, { ...purchase, purchaseId: "i2", reference: "X", customerName: null }] },
    { kind: "purchase", purchaseId: "i1" },
  ],
  [
    "two purchases fit",
    { payer: full },
    { ...hers, purchases: [purchase, { ...purchase, purchaseId: "i2", reference: "X" }] },
    { kind: "suspense", why: "several purchases fit" },
  ],
  [
    "the only one that fits, of more than were looked at",
    { payer: full },
    { ...hers, isCut: true },
    { kind: "suspense", why: "several purchases fit" },
  ],
  [
    "one letter apart is a suggestion, never a decision",
    { accountText: "1234568", payer: { kind: "none" } },
    known,
    { kind: "suspense", suggestions: [{ kind: "account", id: "1234567" }] },
  ],
  ["nothing known", { accountText: "???" }, nothing, { kind: "suspense" }],
])("money is placed by %s", (_, changes, given, expected) => {
  expect(decideInflow({ ...inflow, ...changes }, given)).toMatchObject(expected);
});

test("[BEY-06] a mask and a name decide nothing where nobody has proved the source's clock", () => {
  expect(decideInflow({ ...inflow, payerName: "JANE WANJIKU" }, known, false)).toMatchObject({ kind: "suspense" });
});
