/** The judge on stories that are told by hand: whose a purchase, its package and what became credit are. */
import { expect, test } from "vitest";
import type { Fact, HubBooks, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const hour: PlanTerms = { validitySeconds: 3600, useSeconds: null, dataBytes: null, devices: 1, priceCents: 5000 };
const none: HubBooks = {
  ...{ purchases: [], receipts: [], entries: [], grants: [], changes: [], starts: [], sessions: [] },
  ...{ cashSales: [], sellers: [], lines: [], routerOrders: [], listedSales: [], listed: [] },
};
const [amina, brian] = ["254700000001", "254700000002"];

const said = (facts: readonly Fact[], books: Partial<HubBooks>): string =>
  judge({
    plans: { hour },
    rights: [],
    phones: 2,
    facts: [...facts, { atMs: 9_000_000, kind: "hub-books", books: { ...none, ...books } }],
  })
    .map(({ what }) => what)
    .join("; ");

const purchase = (purchaseId: string, buyer: string | null, createdAtMs = 0) => ({
  ...{ purchaseId, reference: `R${purchaseId}`, state: "paid", plan: "hour", priceCents: 5000, review: null },
  ...{ buyer, createdAtMs },
});
const grant = (purchaseId: string, buyer: string | null, goesOnFrom: string | null = null) => ({
  ...{ rightId: purchaseId.replace("p", "g"), purchaseId, isRevoked: false, isSuspended: false, isUnverified: false },
  ...{ isForgotten: false, goesOnFrom, buyer },
});
const receipt = (name: string, purchaseId: string | null) => ({
  ...{ receipt: name, purchaseId, amountCents: 5000, planCents: 5000, creditCents: 0, suspenseCents: 0 },
  ...{ returnedCents: 0, state: "booked", isProved: true, provedBy: "stk-query" },
});
const moved = (name: string, payer: string, isPrompted = true): Fact => {
  return { atMs: 1000, kind: "money-moved", receipt: name, amountCents: 5000, reference: "x", payer, isPrompted };
};
const onPage: Fact = { atMs: 500, kind: "purchase-said", ask: 1, purchaseId: "p1", state: "paid", payer: amina };
const credit = (party: string) => [
  { account: "clearing:c", amountCents: 5000, party: null },
  { account: "credit", amountCents: -5000, party },
];

test("a purchase is of the number that its page was given, and so is its package", () => {
  const of = (buyer: string | null, holder: string | null) =>
    said([onPage], { purchases: [purchase("p1", buyer)], grants: [grant("p1", holder)] });
  expect(of(amina, amina)).not.toContain("bought it");
  expect(of(brian, brian)).toContain(`purchase p1 is of ${brian}, and ${amina} bought it`);
  expect(of(amina, brian)).toContain(`g1 is of ${brian}, and ${amina} bought it`);
  expect(of(amina, null)).toContain(`g1 is of null, and ${amina} bought it`);
});

test("what the hub began is its payer's, and goes on from what they had", () => {
  const bought = (renews: string | null): Fact => {
    return { atMs: 8000, kind: "bought", purchaseId: "p2", rightId: "g2", plan: "hour", renews };
  };
  const first: Fact = { atMs: 7000, kind: "bought", purchaseId: "p1", rightId: "g1", plan: "hour" };
  const of = (buyer: string, renews: string | null) =>
    said([onPage, first, bought(renews), moved("A", amina)], {
      purchases: [purchase("p1", amina), purchase("p2", buyer, 5000)],
      receipts: [receipt("A", "p2")],
      grants: [grant("p1", amina), grant("p2", buyer, renews)],
    });
  expect(of(amina, "g1")).not.toMatch(/bought it|from nothing/);
  expect(of(brian, "g1")).toContain(`purchase p2 is of ${brian}, and ${amina} bought it`);
  expect(of(amina, null)).toContain(`purchase p2 of ${amina} goes on from nothing`);
});

test("what becomes credit is the buyer's, or of who paid the receipt", () => {
  const of = (party: string, purchaseId: string | null) =>
    said([onPage, moved("A", amina, false)], {
      purchases: [purchase("p1", brian)],
      entries: [{ key: "receipt:mpesa:A", purchaseId, postings: credit(party) }],
    });
  expect(of(amina, null)).not.toContain("which is money of");
  expect(of(brian, null)).toContain(`credit of ${brian} changes by receipt:mpesa:A, which is money of ${amina}`);
  expect(of(brian, "p1")).not.toContain("which is money of");
  expect(of(amina, "p1")).toContain(`which is money of ${brian}`);
});

test("what a purchase locks of its buyer's credit is free again once it has ended", () => {
  const of = (state: string) =>
    said([onPage], { purchases: [{ ...purchase("p1", amina), state, lockedCents: 2000 }], grants: [] });
  expect(of("prompted")).not.toContain("of its customer's credit");
  expect(of("failed")).toContain("purchase p1 is failed, and keeps 2000 of its customer's credit");
});
