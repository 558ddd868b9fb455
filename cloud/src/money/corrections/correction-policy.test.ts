import fc from "fast-check";
import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import {
  type CorrectionFacts,
  type CorrectionKind,
  correctionEntry,
  correctionKinds,
  decideCorrection,
} from "./correction-policy.ts";

const anna: CorrectionFacts = {
  currency: "KES",
  party: "anna" as Party,
  toParty: null,
  creditCents: 5000,
  provedCents: 4000,
  debtCents: 3000,
  receipt: null,
  topUpLeftCents: 0,
  topUpAt: "cash",
};
const proved = { stays: null, creditCents: 2000, isProved: true, isUsed: false };
const move = { ...anna, toParty: "ben" as Party, receipt: proved };

test.each<[string, CorrectionKind, CorrectionFacts, number | null, Record<string, number> | string]>([
  [
    "a receipt of the wrong customer is the right one's",
    "move-receipt",
    move,
    null,
    { "credit anna": 2000, "credit ben": -2000 },
  ],
  [
    "one of suspense or cash",
    "move-receipt",
    { ...move, receipt: { ...proved, stays: "not-credit" } },
    null,
    "not-credit",
  ],
  [
    "one whose payment was refunded",
    "move-receipt",
    { ...move, receipt: { ...proved, stays: "refunded" } },
    null,
    "refunded",
  ],
  [
    "one whose payment has an invoice",
    "move-receipt",
    { ...move, receipt: { ...proved, stays: "invoiced" } },
    null,
    "invoiced",
  ],
  ["one that nobody knows", "move-receipt", { ...move, receipt: null }, null, "not-credit"],
  [
    "one of which nothing became credit",
    "move-receipt",
    { ...move, receipt: { ...proved, creditCents: 0 } },
    null,
    "not-credit",
  ],
  ["to the same customer", "move-receipt", { ...move, toParty: "anna" as Party }, null, "same-customer"],
  ["a part of it", "move-receipt", move, 1000, "whole-receipt"],
  ["all of it by its sum", "move-receipt", move, 2000, { "credit anna": 2000, "credit ben": -2000 }],
  [
    "as much as is left",
    "move-receipt",
    { ...move, provedCents: 2000 },
    null,
    { "credit anna": 2000, "credit ben": -2000 },
  ],
  ["one whose money is spent", "move-receipt", { ...move, creditCents: 1000, provedCents: 1000 }, null, "spent"],
  ["what is left is told money of another receipt", "move-receipt", { ...move, provedCents: 1000 }, null, "spent"],
  [
    "a told receipt, of which nothing is spent",
    "move-receipt",
    { ...move, provedCents: 0, receipt: { ...proved, isProved: false } },
    null,
    { "credit anna": 2000, "credit ben": -2000 },
  ],
  [
    "a told receipt that paid for something",
    "move-receipt",
    { ...move, receipt: { ...proved, isProved: false, isUsed: true } },
    null,
    "spent",
  ],
  [
    "a mistyped top-up leaves credit and till",
    "take-back-top-up",
    { ...anna, topUpLeftCents: 4000 },
    null,
    { cash: -4000, "credit anna": 4000 },
  ],
  ["a part of it", "take-back-top-up", { ...anna, topUpLeftCents: 4000 }, 100, { cash: -100, "credit anna": 100 }],
  [
    "what was spent of it is a debt",
    "take-back-top-up",
    { ...anna, topUpLeftCents: 9000 },
    null,
    { cash: -9000, "credit anna": 4000, "debts anna": 5000 },
  ],
  ["more than is left of it", "take-back-top-up", { ...anna, topUpLeftCents: 100 }, 101, "too-much"],
  ["credit is paid out in cash", "pay-out-credit", anna, 1000, { "credit anna": 1000, cash: -1000 }],
  ["all that is proved", "pay-out-credit", anna, null, { "credit anna": 4000, cash: -4000 }],
  ["told money never becomes cash", "pay-out-credit", anna, 4001, "too-much"],
  ["a debt is paid in cash", "settle-debt", anna, null, { cash: 3000, "debts anna": -3000 }],
  ["no more than the debt", "settle-debt", anna, 3001, "too-much"],
  ["a debt is paid out of credit", "settle-debt-from-credit", anna, null, { "credit anna": 3000, "debts anna": -3000 }],
  ["of proved credit alone", "settle-debt-from-credit", { ...anna, provedCents: 500 }, 501, "too-much"],
  ["a debt is written off", "write-off-debt", anna, 1000, { "write-offs": 1000, "debts anna": -1000 }],
  ["there is none", "write-off-debt", { ...anna, debtCents: 0 }, null, "too-much"],
])("[PAY-12] [PAY-15] a correction: %s", (_, kind, facts, askedCents, expected) => {
  const decision = decideCorrection(kind, facts, askedCents);
  if (typeof expected === "string") {
    expect(decision).toMatchObject({ kind: "refused", problem: expected });
    return;
  }
  if (decision.kind !== "post") throw new Error(decision.problem);
  const { postings } = correctionEntry("c1", decision.postings);
  expect(
    Object.fromEntries(
      postings.map(({ account, party, amountCents }) => [
        party === undefined ? account : `${account} ${party}`,
        amountCents,
      ]),
    ),
  ).toEqual(expected);
});

test.each<[CorrectionKind, CorrectionFacts, number]>([
  ["take-back-top-up", { ...anna, topUpLeftCents: 100 }, 100],
  ["pay-out-credit", anna, 4000],
  ["settle-debt", anna, 3000],
  ["settle-debt-from-credit", { ...anna, provedCents: 500 }, 500],
  ["write-off-debt", anna, 3000],
])("[PAY-12] who asks for too much is told how much it may be: %s", (kind, facts, mostCents) => {
  expect(decideCorrection(kind, facts, mostCents)).toMatchObject({ kind: "post", amountCents: mostCents });
  expect(decideCorrection(kind, facts, mostCents + 1)).toEqual({ kind: "refused", problem: "too-much", mostCents });
});

test("[PAY-12] of a receipt that nobody knows nothing can be moved", () => {
  expect(decideCorrection("move-receipt", { ...move, receipt: null }, null)).toMatchObject({ mostCents: 0 });
});

test("[BEY-09] every correction sums to zero, takes no more credit than is proved, and leaves no debt below zero", () => {
  const sums = fc.record({
    creditCents: fc.nat(10_000),
    told: fc.nat(10_000),
    debtCents: fc.nat(10_000),
    topUpLeftCents: fc.nat(10_000),
    receiptCents: fc.nat(10_000),
    isProved: fc.boolean(),
    isUsed: fc.boolean(),
    askedCents: fc.option(fc.nat(12_000)),
    kind: fc.constantFrom(...correctionKinds),
  });
  fc.assert(
    fc.property(sums, ({ kind, askedCents, told, receiptCents, isProved, isUsed, ...rest }) => {
      const provedCents = Math.max(0, rest.creditCents - told);
      const receipt = { stays: null, creditCents: receiptCents, isProved, isUsed };
      const facts = { ...anna, ...rest, provedCents, toParty: "ben" as Party, receipt };
      const decision = decideCorrection(kind, facts, askedCents);
      if (decision.kind === "refused") return;
      const { postings } = correctionEntry("c1", decision.postings);
      const sumOf = (account: string, party?: string) =>
        postings
          .filter((line) => line.account === account && (party === undefined || line.party === party))
          .reduce((sum, { amountCents }) => sum + amountCents, 0);
      expect(postings.reduce((sum, { amountCents }) => sum + amountCents, 0)).toBe(0);
      expect(sumOf("credit", "anna")).toBeLessThanOrEqual(
        kind === "move-receipt" && !isProved ? rest.creditCents : provedCents,
      );
      expect(rest.debtCents + sumOf("debts")).toBeGreaterThanOrEqual(0);
      // Nothing here is income, and no channel's money moves.
      expect(postings.some(({ account }) => /revenue|pending|clearing|suspense/.test(account))).toBe(false);
    }),
    { numRuns: 3000 },
  );
});
