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
  requestId,
  reversal,
  run,
  stillOpen,
  twin,
} from "../test-purchase.ts";
import type { Purchase } from "./purchase-facts.ts";
import { transition } from "./transition.ts";

test.each<[string, Evidence[], Partial<Purchase>, { grants: number; booked: number }]>([
  ["accepted: the prompt is on the phone", [accepted], { state: "prompted", requestId }, { grants: 0, booked: 0 }],
  [
    "paid at once by a fitting callback",
    [accepted, callback("R1")],
    { state: "paid", verified: false, receipt: "R1" },
    { grants: 1, booked: 1 },
  ],
  [
    "the callback overtakes the prompt's answer",
    [callback("R1"), accepted],
    { state: "paid", receipt: "R1" },
    { grants: 1, booked: 1 },
  ],
  [
    "the prompt's answer is lost: the callback is asked about first",
    [answerLost, callback("R1")],
    { state: "unknown", requestId },
    { grants: 0, booked: 0 },
  ],
  [
    "the prompt's answer is lost, the query agrees",
    [answerLost, callback("R1"), queryPaid],
    { state: "paid", receipt: "R1", verified: true },
    { grants: 1, booked: 1 },
  ],
  [
    "the callback is lost, the query says paid",
    [accepted, queryPaid],
    { state: "paid_unreceipted", unreceipted: true },
    { grants: 1, booked: 0 },
  ],
  [
    "the receipt joins later",
    [accepted, queryPaid, callback("R1")],
    { state: "paid", receipt: "R1", unreceipted: false },
    { grants: 1, booked: 1 },
  ],
  [
    "the same callback five times",
    [accepted, ...Array(5).fill(callback("R1"))],
    { state: "paid", review: null },
    { grants: 1, booked: 1 },
  ],
  [
    "late success after failed",
    [accepted, cancelled, callback("R1")],
    { state: "paid", reason: null },
    { grants: 1, booked: 1 },
  ],
  [
    "paid stays paid",
    [accepted, callback("R1"), cancelled, queryFailed, nobodyKnows, giveUp],
    { state: "paid", review: "denied" },
    { grants: 1, booked: 1 },
  ],
  [
    "another amount opens nothing",
    [accepted, callback("R1", cents(100))],
    { state: "unknown", review: "amount-differs" },
    { grants: 0, booked: 0 },
  ],
  [
    "another request id opens nothing",
    [accepted, callback("R1", price, "forged")],
    { state: "unknown", review: "request-id-differs" },
    { grants: 0, booked: 0 },
  ],
  [
    "a failure with another request id ends nothing, and the money that comes still pays",
    [accepted, { ...cancelled, requestId: "forged" } as Evidence, callback("R1")],
    { state: "paid", receipt: "R1", review: "request-id-differs" },
    { grants: 1, booked: 1 },
  ],
  [
    "a failure with another request id: a person looks",
    [accepted, { ...cancelled, requestId: "forged" } as Evidence],
    { state: "unknown", reason: null, review: "request-id-differs" },
    { grants: 0, booked: 0 },
  ],
  [
    "two receipts: one grant, the other to credit",
    [accepted, callback("R1"), callback("R2")],
    { state: "paid", receipt: "R1", review: "paid-twice" },
    { grants: 1, booked: 2 },
  ],
  [
    "less by a fetched source goes to credit",
    [accepted, twin("R1", cents(100))],
    { state: "prompted", review: "underpaid" },
    { grants: 0, booked: 1 },
  ],
  [
    "more by a fetched source opens and the rest is credit",
    [accepted, twin("R1", cents(7000))],
    { state: "paid", verified: true },
    { grants: 1, booked: 1 },
  ],
  [
    "a success without a receipt is asked about",
    [accepted, callback(null, null)],
    { state: "unknown" },
    { grants: 0, booked: 0 },
  ],
  ["no news about an open prompt", [accepted, stillOpen], { state: "prompted" }, { grants: 0, booked: 0 }],
  ["given up", [accepted, nobodyKnows, giveUp], { state: "unknown", review: "no-answer" }, { grants: 0, booked: 0 }],
  [
    "refused by the channel",
    [{ kind: "failure", source: "push-answer", trust: "fetched", requestId: null, reason: "merchant-problem" }],
    { state: "failed", reason: "merchant-problem" },
    { grants: 0, booked: 0 },
  ],
  [
    "a callback says paid, and the channel says failed when it is asked: a person looks",
    [accepted, callback("R1"), queryFailed],
    { state: "paid", verified: false, review: "denied" },
    { grants: 1, booked: 1 },
  ],
  [
    "what the channel denied at first, and proves later, needs nobody",
    [accepted, callback("R1"), queryFailed, twin("R1", price)],
    { state: "paid", verified: true, review: null },
    { grants: 1, booked: 1 },
  ],
  [
    "money that the channel has proved is not denied",
    [accepted, twin("R1", price), queryFailed],
    { state: "paid", verified: true, review: null },
    { grants: 1, booked: 1 },
  ],
])("%s", (_, evidence, expected, counts) => {
  const result = run(evidence);
  expect(result.purchase).toMatchObject(expected);
  expect({ grants: result.grants, booked: result.booked }).toEqual(counts);
});

test("[BEY-29] a package that its site gave back after a restore goes on where the channel denies its money: a person looks, until it is proved", () => {
  const givenBack: Purchase = { ...run([accepted]).purchase, state: "unknown", isGivenBack: true };
  const beside = { known: null, others: [], mayTrust: true };
  const denied = transition(givenBack, queryFailed, beside);
  expect(denied.next).toMatchObject({ state: "failed", review: "denied" });
  expect(denied.effects).toEqual([]);
  expect(transition(denied.next, twin("R1", price), beside).next).toMatchObject({ state: "paid", review: null });
  expect(transition(denied.next, callback("R1"), beside).next).toMatchObject({ state: "paid", review: "denied" });
});

test("[PAY-04] what came in by hand was too little, and only told: the channel's word proves it, though it pays nothing", () => {
  const told = { ...callback("R1", cents(2000)), source: "c2b-confirmation", requestId: null } as Evidence;
  const underpaid = run([accepted, cancelled, told]).purchase;
  expect(underpaid).toMatchObject({ state: "failed", review: "underpaid", heldCents: 2000, provedCreditCents: 0 });
  const known = {
    purchaseId: "i1",
    amountCents: cents(2000),
    state: "booked",
    source: "c2b-confirmation",
    verified: false,
  } as const;
  const step = transition(underpaid, twin("R1", cents(2000)), { known, others: [], mayTrust: true });
  expect(step.effects).toEqual([{ kind: "confirm-receipt", receipt: "R1", provedBy: "transaction-status" }]);
  expect(step.next).toEqual({ ...underpaid, provedCreditCents: 2000 });
  expect(
    transition(underpaid, twin("R1", cents(2000)), { known: { ...known, verified: true }, others: [], mayTrust: true })
      .effects,
  ).toEqual([]);
});

test("a receipt that another purchase holds opens nothing here", () => {
  const prompted = run([accepted]).purchase;
  const step = transition(prompted, callback("R1"), {
    known: {
      purchaseId: "other",
      amountCents: price,
      state: "booked",
      source: "stk-callback",
      verified: false,
    },
    others: [],
    mayTrust: true,
  });
  expect(step.next).toMatchObject({ state: "unknown", review: "receipt-of-another-purchase" });
  expect(step.effects).toEqual([]);
});

test("a known receipt that comes back with another amount changes no money", () => {
  const paid = run([accepted, callback("R1")]).purchase;
  const step = transition(paid, twin("R1", cents(9000)), {
    known: {
      purchaseId: "i1",
      amountCents: price,
      state: "booked",
      source: "stk-callback",
      verified: false,
    },
    others: [],
    mayTrust: true,
  });
  expect(step.next).toMatchObject({ state: "paid", review: "receipt-with-another-amount" });
  expect(step.effects).toEqual([]);
});

test.each<[string, Evidence[], Partial<Purchase>, Record<string, number>]>([
  [
    "two callbacks prove no more than one",
    [accepted, callback("R1"), confirmed("R1")],
    { state: "paid", verified: false, pendingCents: price },
    { "clearing:c1 KES": 5000, "pending KES": -5000 },
  ],
  [
    "a list proves it: what was pending is revenue",
    [accepted, callback("R1"), listed("R1")],
    { state: "paid", verified: true, pendingCents: cents(0) },
    { "clearing:c1 KES": 5000, "revenue KES": -5000 },
  ],
  [
    "the same report again proves nothing",
    [accepted, confirmed("R1"), confirmed("R1")],
    { state: "paid", verified: false },
    { "clearing:c1 KES": 5000, "pending KES": -5000 },
  ],
  [
    "a reversal ends it, and refunds what it paid",
    [accepted, callback("R1"), reversal],
    { state: "reversed" },
    { "refunds KES": 5000, "revenue KES": -5000 },
  ],
  [
    "a reversal waits for its receipt",
    [accepted, reversal, callback("R1")],
    { state: "reversed" },
    { "refunds KES": 5000, "revenue KES": -5000 },
  ],
  ["a reversal without a receipt is no money", [accepted, reversal], { state: "prompted" }, {}],
  [
    "what proves false is disproved",
    [accepted, callback("R1"), disproof],
    { state: "disproved", review: "disproved" },
    {},
  ],
  [
    "what is proved can't be disproved",
    [accepted, callback("R1"), listed("R1"), disproof],
    { state: "paid" },
    { "clearing:c1 KES": 5000, "revenue KES": -5000 },
  ],
  [
    "what was disproved and is there after all is the customer's credit",
    [accepted, callback("R1"), disproof, listed("R1")],
    { state: "disproved", review: "proven-after-all" },
    { "clearing:c1 KES": 5000, "credit KES": -5000 },
  ],
  [
    "too little waits for the rest",
    [accepted, confirmed("R1", cents(3000)), confirmed("R2", cents(2000))],
    { state: "paid", review: null, verified: false, toldCents: cents(3000) },
    { "clearing:c1 KES": 5000, "pending KES": -5000 },
  ],
  [
    "a part of it is proved: all of it is pending",
    [accepted, confirmed("R1", cents(3000)), listed("R2", cents(2000))],
    { state: "paid", verified: false, toldCents: cents(3000) },
    { "clearing:c1 KES": 5000, "pending KES": -5000 },
  ],
  [
    "both parts of it are proved",
    [accepted, listed("R1", cents(3000)), listed("R2", cents(2000))],
    { state: "paid", verified: true, toldCents: cents(0) },
    { "clearing:c1 KES": 5000, "revenue KES": -5000 },
  ],
  [
    "the rest and more: what is over is credit",
    [accepted, confirmed("R1", cents(3000)), confirmed("R2", cents(2500))],
    { state: "paid" },
    { "clearing:c1 KES": 5500, "pending KES": -5000, "credit KES": -500 },
  ],
  [
    "less by hand, and then the prompt, whose receipt is to come: the credit is the customer's, and nothing of it is kept",
    [accepted, confirmed("R1", cents(3000)), queryPaid],
    { state: "paid_unreceipted", heldCents: cents(0) },
    { "clearing:c1 KES": 3000, "credit KES": -3000, "unreceipted:c1 KES": 5000, "revenue KES": -5000 },
  ],
  [
    "too little goes back: the rest alone does not pay",
    [accepted, confirmed("R1", cents(3000)), reversal, confirmed("R2", cents(2000))],
    { state: "prompted", review: "underpaid", heldCents: cents(2000) },
    { "clearing:c1 KES": 2000, "credit KES": -2000 },
  ],
  [
    "the rest goes back: what was paid before is the customer's again, out of refunds",
    [accepted, confirmed("R2", cents(3000)), confirmed("R1", cents(2000)), reversal],
    { state: "reversed" },
    { "clearing:c1 KES": 3000, "refunds KES": 5000, "revenue KES": -5000, "credit KES": -3000 },
  ],
])("[PAY-04] %s", (_, evidence, expected, ledger) => {
  const result = run(evidence);
  expect(result.purchase).toMatchObject(expected);
  expect(result.balances).toEqual(ledger);
});

test("[PAY-04] NO-SILENCE: a prompt that was paid beside what paid its purchase goes to a person until its receipt comes", () => {
  const byHand = confirmed("R2", cents(price + 3000));
  const review = (...evidence: Evidence[]) => run(evidence).purchase.review;
  expect(review(accepted, byHand, queryPaid)).toBe("prompt-paid-too");
  expect(review(accepted, byHand, queryPaid, callback("R1"))).toBe("paid-twice");
  expect(review(accepted, byHand, callback("R1"), queryPaid)).toBe("paid-twice");
  // Of the prompt's amount: it is the prompt's money for all that anybody knows.
  expect(review(accepted, confirmed("R2"), queryPaid)).toBeNull();
});

test("[PAY-04] any order of all witnesses of one receipt, with its reversal, ends the same", () => {
  const one = fc.constantFrom(
    callback("R1"),
    confirmed("R1"),
    listed("R1"),
    queryPaid,
    queryFailed,
    cancelled,
    nobodyKnows,
    giveUp,
    reversal,
  );
  const cases = fc.array(one, { maxLength: 8 }).chain((rest) => {
    const all = [accepted, ...rest];
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    return fc.tuple(shuffled, shuffled, fc.array(fc.nat(all.length - 1), { maxLength: 4 }));
  });
  fc.assert(
    fc.property(cases, ([first, second, repeated]) => {
      const left = run(first);
      const right = run([...second, ...repeated.map((index) => second[index] as Evidence)]);
      expect(money(right)).toEqual(money(left));
      expect(left.receipts.length).toBeLessThanOrEqual(1);
      expect(Object.values(left.balances).reduce((sum, value) => sum + value, 0)).toBe(0);
    }),
    { numRuns: isLongRun ? 10_000 : 3000 },
  );
}, 60_000);

test("[BEY-05] any multiset and order of evidence ends in the same money state, each receipt booked once, the ledger at zero", () => {
  const cases = fc
    .tuple(fc.constantFrom(accepted, answerLost), fc.array(anyEvidence, { maxLength: 9 }))
    .chain(([answer, rest]) => {
      const all = [answer, ...rest];
      const shuffled = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      return fc.tuple(shuffled, shuffled, fc.array(fc.nat(all.length - 1), { maxLength: 4 }));
    });
  fc.assert(
    fc.property(cases, ([one, two, repeated]) => {
      const first = run(one);
      const second = run([...two, ...repeated.map((index) => two[index] as Evidence)]);
      expect(money(second)).toEqual(money(first));
      expect(first.booked).toBe(first.receipts.length);
      expect(first.grants).toBeLessThanOrEqual(1);
      expect(Object.values(first.balances).reduce((sum, value) => sum + value, 0)).toBe(0);
    }),
    { numRuns: isLongRun ? 10_000 : 3000 },
  );
}, 60_000);

test("PAID-STAYS: once there is money, no evidence leads back to prompted, unknown or failed, and no credit is kept for it", () => {
  fc.assert(
    fc.property(fc.array(anyEvidence, { maxLength: 12 }), fc.nat(12), (evidence, cut) => {
      const all = [accepted, ...evidence];
      const early = run(all.slice(0, cut)).purchase.state;
      const { state: late, heldCents } = run(all).purchase;
      if (late === "paid" || late === "paid_unreceipted") expect(heldCents, "of its customer's credit").toBe(0);
      if (early === "paid") expect(late).toBe("paid");
      if (early === "paid_unreceipted") expect(["paid", "paid_unreceipted"]).toContain(late);
    }),
  );
});

test("[PAY-04] a disproved receipt that is reported again opens nothing, and a person who had reviewed it looks once more", () => {
  const { purchase } = run([accepted, callback("R1"), disproof]);
  const known = {
    purchaseId: purchase.purchaseId,
    amountCents: price,
    state: "disproved",
    source: "stk-callback",
    verified: false,
  } as const;
  const { next, effects } = transition({ ...purchase, review: null }, confirmed("R1"), {
    known,
    others: [],
    mayTrust: true,
  });
  expect({ state: next.state, review: next.review, effects }).toEqual({
    state: "disproved",
    review: "disproved",
    effects: [],
  });
});
