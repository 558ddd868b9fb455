import { cents } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { planEffects } from "./plan-effects.ts";
import type { LoadedPurchase } from "./purchase-rows.ts";
import type { Books } from "./read-books.ts";
import type { Effect } from "./transition/purchase-facts.ts";

const purchase = {
  providerId: "p1",
  purchaseId: "i1",
  channelId: "c1",
  phoneHash: "payer",
  currency: "KES",
  amountCents: 5000,
  channel: { facts: { rail: "mpesa", paidFrom: "channel" } },
} as unknown as LoadedPurchase;

const inBooks = (receipt: string, row: Partial<ReceiptRow>): [string, ReceiptRow] => [
  receipt,
  { receipt, rail: "mpesa", channelId: "c2", party: null, suspenseCents: 0, returnedCents: 0, ...row } as ReceiptRow,
];
const books = (receipts: readonly [string, ReceiptRow][], credit = 0, debts = 0): Books => ({
  receipts: new Map(receipts),
  balances: new Map([["payer" as Party, { credit, debts }]]),
});
const book = (receipt: string, planCents: number, creditCents: number): Effect => ({
  kind: "book-receipt",
  receipt,
  amountCents: cents(planCents + creditCents),
  planCents: cents(planCents),
  creditCents: cents(creditCents),
  settlesUnreceipted: false,
  fromSuspense: false,
  source: "stk-callback",
  provedBy: null,
  provesPlan: true,
  toldCents: cents(0),
  paidAtMs: null,
});
const undo = (receipt: string, refundedCents = 0): Effect => ({
  kind: "undo-receipt",
  receipt,
  because: "reversed",
  returnsCredit: false,
  refundedCents: cents(refundedCents),
  pendingCents: cents(0),
});
const postings = (plan: ReturnType<typeof planEffects>, entry: number) =>
  Object.fromEntries(
    plan.entries[entry]?.entry.postings.map(({ account, amountCents }) => [account, amountCents]) ?? [],
  );

describe("the plan of effects", () => {
  test("a receipt is inserted with the entry that booked it", () => {
    const used = { toldCents: cents(0), provesPlan: true };
    const plan = planEffects(
      purchase,
      [{ kind: "use-credit", amountCents: cents(1000), ...used }, book("R1", 4000, 0)],
      books([]),
    );
    expect(plan.entries.map(({ entry }) => entry.entryKey)).toEqual(["credit-used:i1", "receipt:mpesa:R1"]);
    expect(plan.receipts).toMatchObject([{ kind: "insert", receipt: "R1", entry: 1, row: { planCents: 4000 } }]);
  });

  test("credit that pays all of the price is the sale, one that pays beside a receipt is a part of it", () => {
    const keyOf = (amountCents: number) => {
      const use: Effect = {
        kind: "use-credit",
        amountCents: cents(amountCents),
        toldCents: cents(0),
        provesPlan: true,
      };
      return planEffects(purchase, [use], books([])).entries.map(({ entry }) => entry.entryKey);
    };
    expect([4999, 5000].map(keyOf)).toEqual([["credit-used:i1"], ["credit-paid:i1"]]);
  });

  test("a customer's debt is no matter of a receipt that was disproved and gave no credit back", () => {
    const receipt = inBooks("R1", { amountCents: 5000, planCents: 5000, creditCents: 0 });
    expect(postings(planEffects(purchase, [undo("R1")], books([receipt], 0, 700)), 0)).toEqual({
      "clearing:c2": -5000,
      refunds: 5000,
    });
  });

  test("a receipt that is booked and undone at once takes back the credit that it gave", () => {
    const plan = planEffects(purchase, [book("R1", 5000, 700), undo("R1")], books([]));
    expect(postings(plan, 1)).toEqual({ "clearing:c1": -5700, refunds: 5000, credit: 700 });
    expect(plan.receipts.map(({ kind }) => kind)).toEqual(["insert", "set"]);
  });

  test("two receipts that are undone at once take the customer's credit once; the rest is a debt", () => {
    const receipts = ["R1", "R2"].map((receipt) =>
      inBooks(receipt, { amountCents: 900, planCents: 0, creditCents: 900 }),
    );
    const plan = planEffects(purchase, [undo("R1"), undo("R2")], books(receipts, -1000));
    expect(postings(plan, 0)).toEqual({ "clearing:c2": -900, credit: 900 });
    expect(postings(plan, 1)).toEqual({ "clearing:c2": -900, credit: 100, debts: 800 });
  });

  test("a receipt that another one replaced is undone as the credit that it became", () => {
    const receipts = [
      inBooks("R1", { amountCents: 5000, planCents: 5000, creditCents: 0 }),
      inBooks("R2", { amountCents: 5000, planCents: 0, creditCents: 5000 }),
    ];
    const plan = planEffects(
      purchase,
      [{ kind: "replace-receipt", receipt: "R1", by: "R2" }, undo("R1")],
      books(receipts, -5000),
    );
    expect(postings(plan, 0)).toEqual({ "clearing:c2": -5000, credit: 5000 });
    expect(plan.receipts.map((change) => change.kind === "set" && change.changes)).toEqual([
      { planCents: 0, creditCents: 5000 },
      { planCents: 5000, creditCents: 0 },
      { state: "reversed" },
    ]);
  });

  test("of a receipt of which a part went back before, only the rest is undone, and no credit is thought to have paid that part", () => {
    const row = { amountCents: 5000, returnedCents: 1000, returnedPlanCents: 1000, planCents: 4000, creditCents: 0 };
    const plan = planEffects(
      purchase,
      [{ ...undo("R1"), returnsCredit: true } as Effect],
      books([inBooks("R1", row)], -50),
    );
    expect(postings(plan, 0)).toEqual({ "clearing:c2": -4000, refunds: 4000 });
  });

  test("a debt that one undone receipt makes is settled by credit that another gives back, and only its owner's", () => {
    const receipts = [
      inBooks("R1", { amountCents: 900, planCents: 0, creditCents: 900 }),
      inBooks("R2", { amountCents: 3000, planCents: 3000, creditCents: 0 }),
      inBooks("R3", { amountCents: 700, planCents: 0, creditCents: 700, party: "other" as Party }),
    ];
    const read = books(receipts, -100);
    const both = { ...read, balances: new Map([...read.balances, ["other" as Party, { credit: 0, debts: 0 }]]) };
    const plan = planEffects(
      purchase,
      [undo("R3"), undo("R1"), { ...undo("R2"), returnsCredit: true } as Effect],
      both,
    );
    expect([0, 1, 2].map((entry) => [plan.entries[entry]?.party, postings(plan, entry)])).toEqual([
      ["other", { "clearing:c2": -700, debts: 700 }],
      ["payer", { "clearing:c2": -900, credit: 100, debts: 800 }],
      ["payer", { "clearing:c2": -3000, refunds: 5000, credit: -1200, debts: -800 }],
    ]);
  });

  test("what was refunded and taken back is counted, and the channel is asked once", () => {
    const receipts = [inBooks("R1", { amountCents: 5000, planCents: 5000, creditCents: 0 })];
    const plan = planEffects(purchase, [undo("R1", 300), { kind: "ask" }, { kind: "ask" }], books(receipts));
    expect(plan).toMatchObject({ refundedTwiceCents: 300, asks: true, grantSteps: [] });
  });

  test("[BEY-08] held money says what it waits for: its proof, or, where it is proved, whether the prompt was paid by it", () => {
    const hold = (provedBy: "statement" | null, fromSuspense = false): Effect => ({
      kind: "hold-receipt",
      receipt: "R1",
      amountCents: cents(5000),
      fromSuspense,
      source: "c2b-confirmation",
      provedBy,
      paidAtMs: null,
    });
    const proved: Effect = { kind: "confirm-receipt", receipt: "R1", provedBy: "statement" };
    const notes = (effects: readonly Effect[], row: Partial<ReceiptRow> | null = null) =>
      planEffects(purchase, effects, books(row === null ? [] : [inBooks("R1", row)])).receipts.map(
        (change) => (change.kind === "set" ? change.changes : change.row).note,
      );
    const loose = { state: "suspense", purchaseId: null, amountCents: 5000, suspenseCents: 5000 } as const;
    const held = { ...loose, purchaseId: "i1", note: "too much is unverified" };
    expect(notes([hold(null)])).toEqual(["too much is unverified"]);
    expect(notes([hold("statement")])).toEqual(["it waits for the prompt"]);
    expect(notes([hold(null), proved])).toEqual(["too much is unverified", "it waits for the prompt"]);
    expect(notes([proved], { ...held, corroborated: false })).toEqual(["it waits for the prompt"]);
    expect(notes([hold(null, true)], { ...loose, corroborated: true })).toEqual(["it waits for the prompt"]);
    // What is not held, or no more, keeps what was noted of it.
    expect(notes([hold(null), { ...book("R1", 5000, 0), fromSuspense: true } as Effect, proved])).toEqual([
      "too much is unverified",
      null,
      undefined,
    ]);
    expect(notes([proved], { ...loose, state: "booked", purchaseId: "i1", note: null })).toEqual([undefined]);
    expect(notes([proved], { ...held, purchaseId: "another" })).toEqual([undefined]);
  });

  test("a receipt that is not in the books, or a customer whose money was not read, stops it", () => {
    expect(() => planEffects(purchase, [undo("R9")], books([]))).toThrow("the receipt R9 is not in the books");
    const another = inBooks("R1", { amountCents: 1, planCents: 0, creditCents: 1, party: "somebody else" as Party });
    expect(() => planEffects(purchase, [undo("R1")], books([another]))).toThrow("was not read");
  });
});
