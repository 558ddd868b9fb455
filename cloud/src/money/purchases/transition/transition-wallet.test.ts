/** A purchase that credit pays in part: 20 shillings are held, and the prompt asked for the other 30. */
import { cents } from "@karibu/protocol/quantities";
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
  queryFailed,
  queryPaid,
  reversal,
  run,
  sending,
  twin,
} from "../test-purchase.ts";
import { absorb } from "./absorb.ts";

const asked = cents(3000);
const held = cents(2000);
const purchase = { ...sending, askedCents: asked, heldCents: held, provedCreditCents: held };
const wallet = (evidence: readonly Evidence[]) => run(evidence, () => true, { purchase, creditCents: held });
const cash = { "cash KES": 2000 };

test.each<[string, Evidence[], string, Record<string, number>, number]>([
  [
    "the rest is paid, told: all of the price is pending, and the credit is used",
    [accepted, callback("R1", asked)],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "pending KES": -5000 },
    1,
  ],
  [
    "and proved by the list: all of it is revenue",
    [accepted, callback("R1", asked), listed("R1", asked)],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "and proved by a query about the prompt",
    [accepted, callback("R1", asked), queryPaid],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "a callback with the whole price is not what was asked for",
    [accepted, callback("R1")],
    "unknown",
    { ...cash, "credit KES": -2000 },
    0,
  ],
  [
    "the query says paid first: the receipt is to come, for the rest alone",
    [accepted, queryPaid],
    "paid_unreceipted",
    { ...cash, "unreceipted:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "and then its receipt joins",
    [accepted, queryPaid, callback("R1", asked)],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  ["cancelled: the credit stays", [accepted, cancelled], "failed", { ...cash, "credit KES": -2000 }, 0],
  ["the prompt ran out", [accepted, queryFailed], "failed", { ...cash, "credit KES": -2000 }, 0],
  ["nobody ever answers", [accepted, giveUp], "unknown", { ...cash, "credit KES": -2000 }, 0],
  [
    "paid after all: the credit that is still there pays its part",
    [accepted, cancelled, { ...twin("R1", asked), isOwners: true } as Evidence],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "the rest comes from who knows whom while the prompt is open: it waits for the prompt's own word",
    [accepted, twin("R1", asked)],
    "prompted",
    { ...cash, "credit KES": -2000, "clearing:c1 KES": 3000, "suspense KES": -3000 },
    0,
  ],
  [
    "and is the prompt's money when the callback names it",
    [accepted, twin("R1", asked), callback("R1", asked)],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "or when the channel says that the prompt is paid",
    [accepted, twin("R1", asked), queryPaid],
    "paid",
    { ...cash, "clearing:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "a stranger's shilling for it spends none of its owner's credit",
    [accepted, { ...twin("R1", cents(100)), source: "operator" } as Evidence],
    "prompted",
    { ...cash, "clearing:c1 KES": 100, "credit KES": -2100 },
    0,
  ],
  [
    "nor does one who pays the rest of a prompt that its owner refused",
    [accepted, cancelled, { ...twin("R1", asked), source: "operator" } as Evidence],
    "failed",
    { ...cash, "clearing:c1 KES": 3000, "credit KES": -5000 },
    0,
  ],
  [
    "somebody pays the whole price by hand: the credit is not needed",
    [accepted, confirmed("R1"), listed("R1")],
    "paid",
    { ...cash, "clearing:c1 KES": 5000, "revenue KES": -5000, "credit KES": -2000 },
    1,
  ],
  [
    "the receipt was never there: the credit is the customer's again",
    [accepted, callback("R1", asked), disproof],
    "disproved",
    { ...cash, "credit KES": -2000 },
    1,
  ],
  [
    "never there, but a query had said paid: the credit stays spent",
    [accepted, callback("R1", asked), queryPaid, disproof],
    "paid_unreceipted",
    { ...cash, "unreceipted:c1 KES": 3000, "revenue KES": -5000 },
    1,
  ],
  [
    "the rest went back: the credit is the customer's again",
    [accepted, callback("R1", asked), listed("R1", asked), reversal],
    "reversed",
    { ...cash, "credit KES": -2000, "revenue KES": -5000, "refunds KES": 5000 },
    1,
  ],
  [
    "paid twice: the second payment is credit",
    [accepted, callback("R1", asked), listed("R1", asked), twin("R2", asked)],
    "paid",
    { ...cash, "clearing:c1 KES": 6000, "revenue KES": -5000, "credit KES": -3000 },
    1,
  ],
])("[PAY-12] a part is credit: %s", (_, evidence, state, balances, grants) => {
  const result = wallet(evidence);
  expect(result.purchase.state).toBe(state);
  expect(result.balances).toEqual(balances);
  expect(result.grants).toBe(grants);
});

test("[PAY-12] the query says paid, but the credit was taken back meanwhile: nothing opens, and what was paid is credit", () => {
  const robbed = { ...purchase, heldCents: cents(0), provedCreditCents: cents(0) };
  const result = run([accepted, queryPaid, twin("R1", asked)], () => true, { purchase: robbed, creditCents: 0 });
  expect(result.purchase).toMatchObject({ state: "unknown", review: "underpaid" });
  expect(result.grants).toBe(0);
  expect(result.balances).toEqual({ "clearing:c1 KES": 3000, "credit KES": -3000 });
});

test("[PAY-12] in any order and number of reports, the books are at zero, one grant opens at most, and credit is used once", () => {
  const reports = [
    accepted,
    callback("R1", asked),
    listed("R1", asked),
    confirmed("R1", asked),
    queryPaid,
    cancelled,
    queryFailed,
    callback("R1"),
    giveUp,
    reversal,
    disproof,
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...reports), { maxLength: 10 }), (evidence) => {
      const { balances, grants, entries, purchase: after } = wallet(evidence);
      expect(Object.values(balances).reduce((sum, each) => sum + each, 0)).toBe(0);
      expect(grants).toBeLessThanOrEqual(1);
      expect(new Set(entries).size).toBe(entries.length);
      expect(balances["debts KES"] ?? 0).toBe(0);
      // What the customer had is theirs, or it paid for what is open now.
      const open = after.state === "paid" || after.state === "paid_unreceipted";
      if (!open) expect(balances["credit KES"] ?? 0).toBeLessThanOrEqual(-2000);
      else expect((balances["revenue KES"] ?? 0) + (balances["pending KES"] ?? 0)).toBeLessThanOrEqual(-5000);
    }),
    { numRuns: 3000 },
  );
});

test("[PAY-12] parts that waited for trust cover the price: they alone pay it, as one sale, and the last part stays credit", () => {
  const parts = [confirmed("R1", cents(3000)), listed("R2", cents(3000)), listed("R3", cents(1000))];
  const told = run(parts, (index) => index !== 1);
  expect(told.purchase.state).toBe("paid");
  expect(told.balances).toEqual({ "clearing:c1 KES": 7000, "credit KES": -2000, "pending KES": -5000 });
  expect(told.uses).toEqual({ R1: [0, 3000], R2: [0, 3000], R3: [0, 1000] });
  expect(told.entries).toContain("credit-paid:i1");
});

test("[BEY-08] what a statement proves while the prompt's own word is awaited is proved, and stays held; also where a message told of it before", () => {
  const effectsOf = (evidence: readonly Evidence[]) => {
    const { after, steps } = absorb(wallet([accepted]).purchase, evidence, new Map());
    expect(after.state).toBe("prompted");
    return steps.flatMap(({ transition }) => transition.effects);
  };
  const told = { ...twin("R1", asked), source: "c2b-confirmation", trust: "pushed" } as Evidence;
  const statement = { ...twin("R1", asked), source: "statement" } as Evidence;
  const ask = { kind: "ask" };
  expect(effectsOf([statement])).toMatchObject([{ kind: "hold-receipt", provedBy: "statement" }, ask]);
  expect(effectsOf([statement, told])).toMatchObject([{ kind: "hold-receipt", provedBy: "statement" }, ask, ask]);
  const confirmed = { kind: "confirm-receipt", receipt: "R1", provedBy: "statement" };
  expect(effectsOf([told, statement])).toMatchObject([{ kind: "hold-receipt", provedBy: null }, ask, confirmed, ask]);
});
