/** The judge on stories that are told by hand: what the channel gives back, by the channel's own books and by the hub's. */
import { expect, test } from "vitest";
import type { Fact, FactOf, HubBooks } from "./chronicle.ts";
import { historyOf } from "./history.ts";
import { sentBack } from "./sent-back.ts";

const amina = "254700000001";
const atMs = 9_000_000;
const out = (receipt: string, amountCents = 5000, payee = amina): FactOf<"paid-out"> => {
  return { atMs: 1000, kind: "paid-out", receipt, payee, amountCents };
};
const cameBack: Fact = { atMs: 2000, kind: "payout-returned", receipt: "B", of: "A", amountCents: 5000 };
const listed: Fact[] = [
  { atMs: 3000, kind: "statement", act: 1, receipts: [], returned: ["A"] },
  { atMs: 3000, kind: "staff-heard", act: 1, isDone: true },
];
const refund = (method: string, receipt: string | null = null, amountCents = 5000) => ({
  ...{ refundId: "1", of: "p1", method, receipt, amountCents },
});
const open = (
  state: string,
  receipt: string | null = null,
  more: Partial<{ changedAtMs: number; isSeen: boolean }> = {},
) => ({
  ...{ ...refund("payout", receipt), state, changedAtMs: atMs - 120_000, isSeen: true },
  ...more,
});
const purchase = { purchaseId: "p1", reference: "R", state: "paid", plan: "hour", priceCents: 5000, review: null };
const grant = { rightId: "g1", purchaseId: "p1", isSuspended: false, isUnverified: false, isForgotten: false };

function said(
  facts: readonly Fact[],
  books: Pick<HubBooks, "refunds" | "openRefunds">,
  isRevoked = true,
  review: string | null = null,
): string {
  const all: HubBooks = {
    ...{ receipts: [], entries: [], changes: [], starts: [], sessions: [], cashSales: [], sellers: [], lines: [] },
    ...{ routerOrders: [], listedSales: [], listed: [], grants: [{ ...grant, isRevoked }] },
    ...{ purchases: [{ ...purchase, createdAtMs: 0, buyer: amina, review }], ...books },
  };
  const chronicle = {
    plans: {},
    rights: [],
    phones: 1,
    facts: [...facts, { atMs, kind: "hub-books" as const, books: all }],
  };
  return [...sentBack(historyOf(chronicle))].map(({ what }) => what).join("; ");
}

test("each payout of the channel is one refund's, of its sum and to who paid, or of one that nobody knows of", () => {
  const done = { refunds: [refund("payout", "A")] };
  expect(said([out("A")], done)).toBe("");
  expect(said([out("A")], { openRefunds: [open("unknown")] })).toBe("");
  expect(said([out("A")], { openRefunds: [open("failed")] })).toContain("of 0 refunds");
  expect(said([out("A"), out("C")], done)).toContain("by C, and that is of 0 refunds");
  expect(said([out("A"), out("C")], { openRefunds: [open("unknown")] })).toContain("by C, and that is of 0 refunds");
  expect(said([out("A", 4000)], done)).toContain("by A, and that is of 1 refunds");
  expect(said([out("A", 5000, "254700000002")], done)).toContain("by A, and that is of 1 refunds");
  expect(said([out("A"), { atMs: 1500, kind: "payout-repeated", receipt: "A" }], done)).toContain(
    "again under its name",
  );
});

test("a refund that is done moved money, and what is known to have come back is not done", () => {
  expect(said([], { refunds: [refund("payout", "A")] })).toContain("the channel moved nothing");
  expect(said([], { refunds: [refund("reversal")] })).toContain("the channel moved nothing");
  expect(said([], { refunds: [refund("cash")] })).toBe("");
  const done = { refunds: [refund("payout", "A")] };
  expect(said([out("A"), cameBack], done)).toBe("");
  expect(said([out("A"), cameBack, ...listed], done)).toContain("and it came back");
  expect(said([out("A"), cameBack, ...listed], { openRefunds: [open("returned", "A")] })).toBe("");
  expect(said([out("A")], { openRefunds: [open("returned", "A")] })).toContain("nothing came back");
});

test("no purchase is given back with more than it cost, also where nobody knows of a part, and none of it goes on", () => {
  const both = { refunds: [{ ...refund("cash"), refundId: "2" }], openRefunds: [open("unknown")] };
  expect(said([], both)).toContain("p1 for 5000 is given back with 10000");
  expect(said([], { ...both, openRefunds: [open("failed")] })).toBe("");
  expect(said([], { openRefunds: [open("failed")] }, false)).toContain("p1 is given back, and goes on");
  expect(said([], { openRefunds: [open("asked")] }, false)).toBe("");
});

test("what waits for a person is shown to one", () => {
  for (const state of ["unknown", "failed", "asked"])
    expect(said([], { openRefunds: [open(state, null, { isSeen: false })] })).toContain("nobody is to look at it");
  expect(said([], { openRefunds: [open("sent", null, { isSeen: false })] })).toBe("");
  expect(said([], { openRefunds: [open("sent", null, { isSeen: false, changedAtMs: 0 })] })).toContain(
    "nobody is to look",
  );
});

test("of what staff were mistaken about the judge asks that it is shown, and no more", () => {
  const mistaken = (said: "paid" | "not-paid", refundId = "1"): Fact => ({
    ...{ atMs: 1500, kind: "staff-mistaken", refundId, of: "p1", method: "payout", said },
  });
  expect(said([mistaken("paid")], { refunds: [refund("payout")] })).toBe("");
  expect(said([mistaken("paid", "2")], { refunds: [refund("payout")] })).toContain("the channel moved nothing");
  expect(said([out("A"), mistaken("not-paid")], { openRefunds: [open("failed")] })).toBe("");
  expect(said([out("A"), mistaken("not-paid", "2")], { openRefunds: [open("failed")] })).toContain("of 0 refunds");
  const twice = { refunds: [refund("payout", "A"), { ...refund("cash"), refundId: "2" }] };
  expect(said([out("A"), mistaken("not-paid")], twice)).toContain("is given back with 10000");
  expect(said([out("A"), mistaken("not-paid")], twice, true, "given-back-twice")).toBe("");
  expect(said([out("A")], twice, true, "given-back-twice")).toContain("is given back with 10000");
});

test("a payout whose receipt nobody typed is the one that went out, once", () => {
  const unnamed = { refunds: [refund("payout")] };
  expect(said([out("A")], unnamed)).toBe("");
  expect(said([], unnamed)).toContain("the channel moved nothing");
  expect(said([out("A"), out("C")], unnamed)).toContain("by C, and that is of 0 refunds");
});
