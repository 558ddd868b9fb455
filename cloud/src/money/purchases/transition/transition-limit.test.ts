/** The hourly limit of unverified money is full: what is told is in the books, in suspense, until it is proved. */

import { cents } from "@karibu/protocol/quantities";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Evidence } from "../../evidence/evidence.ts";
import {
  accepted,
  answerLost,
  anyEvidence,
  callback,
  cancelled,
  confirmed,
  disproof,
  giveUp,
  listed,
  money,
  nobodyKnows,
  price,
  queryFailed,
  queryPaid,
  reversal,
  run,
  stillOpen,
} from "../test-purchase.ts";
import { absorb } from "./absorb.ts";
import type { Purchase } from "./purchase-facts.ts";

test("when too much is unverified, a callback opens nothing until a question agrees, and then is booked once", () => {
  const prompted = run([accepted]).purchase;
  const parked = absorb(prompted, [callback("R1")], new Map(), false);
  expect(parked.after.state).toBe("prompted");
  const held = { kind: "hold-receipt", receipt: "R1", amountCents: price, fromSuspense: false };
  expect(parked.steps.at(-1)?.transition).toMatchObject({ parked: true, effects: [held, { kind: "ask" }] });
  const { after, steps } = absorb(parked.after, [queryPaid, callback("R1")], new Map(), false);
  expect(after).toMatchObject({ state: "paid", receipt: "R1", verified: true });
  expect(steps.flatMap((step) => step.transition.effects.map((effect) => effect.kind)).sort()).toEqual([
    "book-receipt",
    "book-unreceipted",
    "open-grant",
    "verify-grant",
  ]);
});

const full = () => false;
const inSuspense = { "clearing:c1 KES": 5000, "suspense KES": -5000 };
const onlyPaid = { "clearing:c1 KES": 5000, "revenue KES": -5000 };

test.each<[string, Evidence[], Partial<Purchase>, Record<string, number>, { grants: number; held: number }]>([
  ["a callback alone: held", [accepted, callback("R1")], { state: "prompted" }, inSuspense, { grants: 0, held: 1 }],
  [
    "the same callback five times: held once",
    [accepted, ...Array(5).fill(callback("R1"))],
    { state: "prompted" },
    inSuspense,
    { grants: 0, held: 1 },
  ],
  [
    "a callback and a confirmation: two reports prove nothing above the limit",
    [accepted, callback("R1"), confirmed("R1")],
    { state: "prompted", verified: false },
    inSuspense,
    { grants: 0, held: 1 },
  ],
  ["the list proves it", [accepted, callback("R1"), listed("R1")], { state: "paid" }, onlyPaid, { grants: 1, held: 0 }],
  ["a question proves it", [accepted, confirmed("R1"), queryPaid], { state: "paid" }, onlyPaid, { grants: 1, held: 0 }],
  [
    "a question says that it failed, and the list that it was paid",
    [accepted, callback("R1"), queryFailed, listed("R1")],
    { state: "paid", reason: null },
    onlyPaid,
    { grants: 1, held: 0 },
  ],
  [
    "it went back, and a question that says 'paid' opens nothing any more",
    [accepted, callback("R1"), reversal, queryPaid],
    { state: "reversed", receipt: "R1" },
    {},
    { grants: 0, held: 0 },
  ],
  [
    "it went back before it was heard of",
    [accepted, reversal, callback("R1"), queryPaid],
    { state: "reversed" },
    {},
    { grants: 0, held: 0 },
  ],
  [
    "it was never there",
    [accepted, callback("R1"), disproof, callback("R1")],
    { state: "prompted", review: "disproved" },
    {},
    { grants: 0, held: 0 },
  ],
  [
    "it was never there, said one, and the list has it: the customer's credit",
    [accepted, callback("R1"), disproof, listed("R1")],
    { review: "proven-after-all" },
    { "clearing:c1 KES": 5000, "credit KES": -5000 },
    { grants: 0, held: 0 },
  ],
  [
    "less than the price, and the rest: paid when both are proved",
    [
      accepted,
      confirmed("R1", cents(3000)),
      confirmed("R2", cents(2000)),
      listed("R1", cents(3000)),
      listed("R2", cents(2000)),
    ],
    { state: "paid", review: null },
    onlyPaid,
    { grants: 1, held: 0 },
  ],
  [
    "less than the price goes back: nothing of it was this purchase's credit",
    [accepted, confirmed("R2", cents(3000)), confirmed("R1", cents(2000)), listed("R2", cents(3000)), reversal],
    { state: "prompted", review: "underpaid", heldCents: cents(3000) },
    { "clearing:c1 KES": 3000, "credit KES": -3000 },
    { grants: 0, held: 0 },
  ],
  [
    "the list has it with another amount: a person looks",
    [accepted, callback("R1"), listed("R1", cents(9000))],
    { review: "receipt-with-another-amount" },
    inSuspense,
    { grants: 0, held: 1 },
  ],
  [
    "another receipt paid: it is the customer's credit",
    [accepted, callback("R1"), listed("R2")],
    { state: "paid", review: "paid-twice" },
    { "clearing:c1 KES": 10_000, "revenue KES": -5000, "credit KES": -5000 },
    { grants: 1, held: 0 },
  ],
])("[PAY-04] the hourly limit is full: %s", (_, evidence, expected, ledger, counts) => {
  const result = run(evidence, full);
  expect(result.purchase).toMatchObject(expected);
  expect(result.balances).toEqual(ledger);
  expect({ grants: result.grants, held: result.held }).toEqual(counts);
  expect(new Set(result.entries).size).toBe(result.entries.length);
});

test("money that stands in suspense for nobody waits for the purchase that a prompt's callback names, and counts once", () => {
  const prompted = run([accepted]).purchase;
  const loose = {
    purchaseId: null,
    amountCents: price,
    state: "suspense",
    source: "c2b-confirmation",
    verified: false,
  } as const;
  const parked = absorb(prompted, [callback("R1")], new Map([["R1", loose]]), false).steps.at(-1)?.transition;
  expect(parked).toMatchObject({
    parked: true,
    effects: [{ kind: "hold-receipt", fromSuspense: true }, { kind: "ask" }],
  });
  const proved = { ...loose, verified: true };
  const paid = absorb(prompted, [callback("R1")], new Map([["R1", proved]]), false);
  expect(paid.after).toMatchObject({ state: "paid", verified: true });
  // Who says whose it is has not proved it: within the limit it opens, unverified.
  const said: Evidence = { ...callback("R1"), source: "operator", requestId: null } as Evidence;
  const opened = absorb(prompted, [said], new Map([["R1", loose]]), true);
  expect(opened.after).toMatchObject({ state: "paid", verified: false });
  expect(absorb(prompted, [said], new Map([["R1", loose]]), false).after.state).toBe("prompted");
});

/** Each of them right in everything: what is told here came in. */
const realEvidence = fc.constantFrom<Evidence>(
  ...[callback("R1"), callback("R1"), confirmed("R1"), confirmed("R2"), confirmed("R3", cents(1200))],
  ...[queryPaid, queryFailed, cancelled, nobodyKnows, stillOpen, giveUp, listed("R1"), listed("R2")],
);

/** A multiset in two orders, the second with repetitions. */
const inTwoOrders = (one: fc.Arbitrary<Evidence>, answer: fc.Arbitrary<Evidence>) =>
  fc.tuple(answer, fc.array(one, { maxLength: 9 })).chain(([first, rest]) => {
    const all = [first, ...rest];
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    return fc.tuple(shuffled, shuffled, fc.array(fc.nat(all.length - 1), { maxLength: 4 }));
  });

test("[BEY-05] with the hourly limit full, any multiset and order of evidence ends in the same money state, each receipt in the books once", () => {
  fc.assert(
    fc.property(inTwoOrders(anyEvidence, fc.constantFrom(accepted, answerLost)), ([one, two, repeated]) => {
      const first = run(one, full);
      const second = run([...two, ...repeated.map((index) => two[index] as Evidence)], full);
      expect(money(second)).toEqual(money(first));
      expect(new Set(second.entries).size).toBe(second.entries.length);
      expect(first.grants).toBeLessThanOrEqual(1);
      expect(Object.values(first.balances).reduce((sum, value) => sum + value, 0)).toBe(0);
      if (!one.some(({ source }) => source === "stk-query" || source === "transaction-status"))
        expect(first.grants).toBe(0);
    }),
    { numRuns: isLongRun ? 10_000 : 3000 },
  );
}, 60_000);

test("[BEY-05] the limit may be full at any moments: all that came in is in the books, and once the list has it, it ends as if the limit had never been", () => {
  const cases = fc.tuple(
    inTwoOrders(realEvidence, fc.constant(accepted)),
    fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  );
  fc.assert(
    fc.property(cases, ([[one, two, repeated], rooms]) => {
      const told = [...one, ...repeated.map((index) => one[index] as Evidence)];
      const room = (index: number) => rooms[index] ?? false;
      const came = new Map(
        told.flatMap((each) => ("amountCents" in each && each.receipt ? [[each.receipt, each.amountCents ?? 0]] : [])),
      );
      const meanwhile = run(told, room);
      expect(meanwhile.receipts).toEqual([...came.keys()].sort());
      const lists = [...came].map(([receipt, amountCents]) => listed(receipt, cents(amountCents)));
      const late = run([...told, ...lists], room);
      const never = run([...two, ...lists]);
      expect(late.held).toBe(0);
      expect(late.grants).toBe(never.grants);
      expect(late.purchase.state).toBe(never.purchase.state);
      expect(late.balances).toEqual(never.balances);
      expect(new Set(late.entries).size).toBe(late.entries.length);
    }),
    { numRuns: isLongRun ? 10_000 : 3000 },
  );
}, 60_000);
