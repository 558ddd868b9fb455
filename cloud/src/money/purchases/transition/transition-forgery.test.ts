import { cents } from "@karibu/protocol/quantities";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Evidence } from "../../evidence/evidence.ts";
import {
  accepted,
  callback,
  cancelled,
  confirmed,
  disproof,
  giveUp,
  listed,
  nobodyKnows,
  queryPaid,
  reversal,
  run,
  twin,
} from "../test-purchase.ts";
import type { Purchase } from "./purchase-facts.ts";

const forged = callback("F1");
const disproofOf = (receipt: string): Evidence => ({ ...disproof, receipt }) as Evidence;
const notProvedYet = { "clearing:c1 KES": 5000, "pending KES": -5000 };
const onlyTheRealOne = { "clearing:c1 KES": 5000, "revenue KES": -5000 };

test.each<[string, Evidence[], Partial<Purchase>, { balances: Record<string, number>; revoked: number }]>([
  [
    "a real receipt of a shilling was told with the price: the shilling is the customer's, and what it opened is revoked",
    [accepted, callback("R1"), listed("R1", cents(100))],
    { state: "disproved", verified: false, pendingCents: cents(0), review: "receipt-with-another-amount" },
    { balances: { "clearing:c1 KES": 100, "credit KES": -100 }, revoked: 1 },
  ],
  [
    "the same, and the real payment of the price comes too: it pays",
    [accepted, callback("F1"), listed("R1"), listed("F1", cents(100))],
    { state: "paid", receipt: "R1", verified: true },
    { balances: { "clearing:c1 KES": 5100, "revenue KES": -5000, "credit KES": -100 }, revoked: 0 },
  ],
  [
    "the same beside a payment that only a confirmation told: that one pays, and nothing is proved",
    [accepted, callback("F1"), confirmed("R1"), listed("F1", cents(100))],
    { state: "paid", receipt: "R1", verified: false },
    { balances: { "clearing:c1 KES": 5100, "pending KES": -5000, "credit KES": -100 }, revoked: 0 },
  ],
  [
    "real money from the list takes its place",
    [accepted, forged, listed("R1"), disproofOf("F1")],
    { state: "paid", receipt: "R1", verified: true, review: "disproved" },
    { balances: onlyTheRealOne, revoked: 0 },
  ],
  [
    "real money by a confirmation that nobody has proved yet takes its place",
    [accepted, forged, confirmed("R1"), disproofOf("F1")],
    { state: "paid", receipt: "R1", verified: false },
    { balances: notProvedYet, revoked: 0 },
  ],
  [
    "paid, says the channel: the real receipt is waited for, and joins",
    [accepted, forged, queryPaid, disproofOf("F1"), listed("R1")],
    { state: "paid", receipt: "R1", unreceipted: false },
    { balances: onlyTheRealOne, revoked: 0 },
  ],
  [
    "paid, says the channel, and the receipt never comes",
    [accepted, forged, queryPaid, disproofOf("F1")],
    { state: "paid_unreceipted", receipt: null, unreceipted: true },
    { balances: { "unreceipted:c1 KES": 5000, "revenue KES": -5000 }, revoked: 0 },
  ],
  [
    "it had joined what was paid without a receipt, twice",
    [accepted, queryPaid, forged, disproofOf("F1"), callback("F2"), disproofOf("F2"), listed("R1")],
    { state: "paid", receipt: "R1", unreceipted: false },
    { balances: onlyTheRealOne, revoked: 0 },
  ],
  [
    "it came second: out of the customer's credit",
    [accepted, callback("R1"), forged, disproofOf("F1")],
    { state: "paid", receipt: "R1" },
    { balances: notProvedYet, revoked: 0 },
  ],
  [
    "the real money went back meanwhile: nothing is paid",
    [accepted, forged, listed("R1"), reversal, disproofOf("F1")],
    { state: "reversed" },
    { balances: { "refunds KES": 5000, "revenue KES": -5000 }, revoked: 1 },
  ],
  [
    "what takes its place is disproved too",
    [accepted, forged, confirmed("R1"), disproofOf("F1"), disproof],
    { state: "disproved" },
    { balances: {}, revoked: 1 },
  ],
  [
    "the real money is too little: it is credit",
    [accepted, forged, twin("R1", cents(1000)), disproofOf("F1")],
    { state: "disproved" },
    { balances: { "clearing:c1 KES": 1000, "credit KES": -1000 }, revoked: 1 },
  ],
  [
    "it is disproved, and told of once more by another callback",
    [accepted, forged, listed("R1"), disproofOf("F1"), confirmed("F1"), disproofOf("F1")],
    { state: "paid", receipt: "R1" },
    { balances: onlyTheRealOne, revoked: 0 },
  ],
  [
    "it held too little, and the rest is not enough without it",
    [accepted, confirmed("F1", cents(3000)), disproofOf("F1"), confirmed("R1", cents(2000))],
    { state: "prompted", review: "underpaid", heldCents: cents(2000) },
    { balances: { "clearing:c1 KES": 2000, "credit KES": -2000 }, revoked: 0 },
  ],
  [
    "it was the rest of a real payment: what that had paid before is the customer's again",
    [accepted, confirmed("R1", cents(3000)), confirmed("F1", cents(2000)), disproofOf("F1")],
    { state: "disproved" },
    { balances: { "clearing:c1 KES": 3000, "credit KES": -3000 }, revoked: 1 },
  ],
  [
    "it was more than the rest",
    [accepted, confirmed("R1", cents(3000)), confirmed("F1", cents(2500)), disproofOf("F1")],
    { state: "disproved" },
    { balances: { "clearing:c1 KES": 3000, "credit KES": -3000 }, revoked: 1 },
  ],
  [
    "it was the rest, and a question agreed: the whole is to come, what was paid before is credit",
    [accepted, confirmed("R1", cents(3000)), confirmed("F1", cents(2000)), queryPaid, disproofOf("F1")],
    { state: "paid_unreceipted" },
    {
      balances: { "clearing:c1 KES": 3000, "credit KES": -3000, "revenue KES": -5000, "unreceipted:c1 KES": 5000 },
      revoked: 0,
    },
  ],
  [
    "both parts of it are forged: nothing is left, and nothing can be spent",
    [accepted, confirmed("F1", cents(3000)), confirmed("F2", cents(2000)), disproofOf("F1"), disproofOf("F2")],
    { state: "disproved" },
    { balances: {}, revoked: 1 },
  ],
  [
    "both parts of it are forged, the second is found first",
    [accepted, confirmed("F1", cents(3000)), confirmed("F2", cents(2000)), disproofOf("F2"), disproofOf("F1")],
    { state: "disproved" },
    { balances: {}, revoked: 1 },
  ],
])("[PAY-02] a perfect forgery is disproved: %s", (_, evidence, expected, { balances: ledger, revoked }) => {
  const result = run(evidence);
  expect(result.purchase).toMatchObject(expected);
  expect(result.balances).toEqual(ledger);
  expect(result.grants).toBeLessThanOrEqual(1);
  expect(result.revoked).toBe(revoked);
});

test.each<[string, Evidence[], Partial<Purchase>, Record<string, readonly number[]>]>([
  [
    "money that is listed",
    [accepted, forged, listed("R1")],
    { receipt: "R1", verified: true },
    { R1: [5000, 0], F1: [0, 5000] },
  ],
  [
    "money that was told, and is listed later",
    [accepted, forged, confirmed("R1"), listed("R1")],
    { receipt: "R1", verified: true },
    { R1: [5000, 0], F1: [0, 5000] },
  ],
  [
    "money that is listed after the channel said that the prompt was paid",
    [accepted, forged, queryPaid, listed("R1")],
    { receipt: "R1", verified: true },
    { R1: [5000, 0], F1: [0, 5000] },
  ],
  [
    "both are listed: the first one pays, and the second is credit",
    [accepted, forged, listed("F1"), listed("R1")],
    { receipt: "F1", verified: true },
    { F1: [5000, 0], R1: [0, 5000] },
  ],
  [
    "too little is listed: what is told pays on",
    [accepted, forged, listed("R1", cents(1000))],
    { receipt: "F1", verified: false },
    { F1: [5000, 0], R1: [0, 1000] },
  ],
  [
    "nothing is listed of either: the first one pays on",
    [accepted, forged, confirmed("R1")],
    { receipt: "F1", verified: false },
    { F1: [5000, 0], R1: [0, 5000] },
  ],
])(
  "[PAY-02] one proof proves one payment, with a receipt that only a callback told: %s",
  (_, evidence, expected, uses) => {
    const { purchase, uses: plan } = run(evidence);
    expect(purchase).toMatchObject({ state: "paid", ...expected });
    expect(plan).toEqual(uses);
  },
);

test("[PAY-02] a perfect forgery among any witnesses of the real money: disproved, the real receipt alone stands, and the grant with it", () => {
  const one = fc.constantFrom(
    ...[callback("R1"), confirmed("R1"), listed("R1"), queryPaid, cancelled, nobodyKnows, giveUp],
  );
  const cases = fc
    .tuple(fc.constantFrom(queryPaid, confirmed("R1"), listed("R1"), callback("R1")), fc.array(one, { maxLength: 7 }))
    .chain(([real, rest]) => {
      const all = [accepted, forged, real, ...rest];
      return fc.tuple(fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), fc.array(one));
    });
  fc.assert(
    fc.property(cases, ([before, after]) => {
      // The channel's own list has the last word.
      const result = run([...before, disproofOf("F1"), ...after, disproofOf("F1"), listed("R1")]);
      expect(result.purchase).toMatchObject({ state: "paid", receipt: "R1", unreceipted: false, verified: true });
      expect(result.balances).toEqual(onlyTheRealOne);
      expect({ grants: result.grants, revoked: result.revoked }).toEqual({ grants: 1, revoked: 0 });
    }),
    { numRuns: isLongRun ? 10_000 : 3000 },
  );
}, 60_000);
