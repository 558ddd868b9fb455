import { expect, test } from "vitest";
import type { Fact, HubBooks } from "../simulation/judge/chronicle.ts";
import { judgeChaos } from "./judge-chaos.ts";
import { plan, planName } from "./shop.ts";

const amountCents = plan.priceCents;
const books: HubBooks = {
  purchases: [
    {
      purchaseId: "p1",
      reference: "R1",
      state: "paid",
      plan: planName,
      priceCents: amountCents,
      review: null,
      createdAtMs: 0,
    },
  ],
  receipts: [
    {
      receipt: "U1",
      purchaseId: "p1",
      amountCents,
      planCents: amountCents,
      creditCents: 0,
      suspenseCents: 0,
      returnedCents: 0,
      state: "booked",
      isProved: true,
      provedBy: "callback",
    },
  ],
  entries: [
    {
      key: "receipt:U1",
      purchaseId: "p1",
      postings: [
        { account: "clearing:c1", amountCents },
        { account: "revenue", amountCents: -amountCents },
      ],
    },
  ],
  grants: [
    {
      ...{ rightId: "g1", purchaseId: "p1", isForgotten: false },
      ...{ isUnverified: false, isRevoked: false, isSuspended: false },
    },
  ],
  changes: [],
  starts: [],
  sessions: [],
  cashSales: [],
  sellers: [],
  listedSales: [],
  routerOrders: [],
  lines: [],
  listed: [{ purchaseId: "p1", state: "paid" }],
};
const moved = (receipt: string): Fact => {
  return {
    atMs: 1,
    kind: "money-moved",
    receipt,
    amountCents,
    reference: "R1",
    payer: "254700000001",
    isPrompted: true,
  };
};
const judge = (change: Partial<HubBooks>, ...more: readonly Fact[]): string[] => {
  const facts: Fact[] = [...more, { atMs: 9, kind: "hub-books", books: { ...books, ...change } }];
  return judgeChaos({ plans: { [planName]: plan }, rights: [], phones: 1, facts });
};

test("what the channel moved is in the books, all of it and nothing else", () => {
  expect(judge({}, moved("U1"))).toEqual([]);
  expect(judge({}, moved("U1"), moved("U2")).join()).toContain("U2 moved, and is in no book");
  expect(judge({ entries: [], receipts: [] }, moved("U1")).join()).toContain("2000 moved, and 0 is booked");
  expect(judge({}).join()).toContain("nobody paid");
});

test("the site is judged once its books are read", () => {
  const sold: Fact = {
    atMs: 2,
    kind: "sold",
    ask: 1,
    saleId: "s1",
    seller: "Ann",
    plan: planName,
    priceCents: amountCents,
    code: "1",
    rightId: "c.s1",
  };
  expect(judge({}, moved("U1"), sold)).toEqual([]);
  const site = { when: "end" as const, siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };
  const found = judge({}, moved("U1"), sold, { atMs: 8, kind: "books", books: site });
  expect(found.join()).toContain("sale s1 was shown, and the hub has not heard of it");
});
