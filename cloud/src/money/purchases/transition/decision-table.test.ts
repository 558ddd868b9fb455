/**
 * What each fact does to a purchase in each state, as one table: `decision-table.txt`. What does nothing is not in it. A change of the machine shows there, row by row, and is
 * read before it is taken over (`npx vitest run -u` with this file).
 */
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { Evidence } from "../../evidence/evidence.ts";
import {
  accepted,
  answerLost,
  callback,
  cancelled,
  confirmed,
  disproof,
  giveUp,
  listed,
  nobodyKnows,
  queryFailed,
  queryPaid,
  reversal,
  sending,
  stillOpen,
  twin,
} from "../test-purchase.ts";
import type { Beside, KnownReceipt, OtherReceipt, Purchase } from "./purchase-facts.ts";
import { transition } from "./transition.ts";
import { endsHold, needsItsReceipts } from "./transition-steps.ts";

const prompted: Purchase = { ...sending, state: "prompted", requestId: "ws_CO_1", requestIdFrom: "answer" };
const told: Purchase = { ...prompted, state: "paid", receipt: "R1", pendingCents: cents(5000) };
const paid: Purchase = { ...told, verified: true, pendingCents: cents(0) };
const credit = { askedCents: cents(3000), heldCents: cents(2000), provedCreditCents: cents(2000) };

/** The price is 5000; what "has credit" was asked for 3000, and 2000 are credit. */
const purchases: Readonly<Record<string, Purchase>> = {
  sending,
  "sending, its id told by a callback": { ...sending, requestId: "ws_CO_1", requestIdFrom: "callback" },
  prompted,
  "prompted, has credit": { ...prompted, ...credit },
  "prompted, has credit that is told": { ...prompted, ...credit, provedCreditCents: cents(0) },
  "prompted, its site deleted": { ...prompted, siteIsDeleted: true },
  failed: { ...prompted, state: "failed", reason: "cancelled" },
  "failed, 2000 paid by hand": { ...prompted, state: "failed", heldCents: cents(2000), review: "underpaid" },
  "unknown, without an id": { ...sending, state: "unknown" },
  "unknown, its id told by a callback": {
    ...{ ...sending, state: "unknown", requestId: "ws_CO_1", requestIdFrom: "callback" },
    review: "no-answer",
  },
  "unknown, given back after a restore": { ...prompted, state: "unknown", isGivenBack: true },
  "paid by R1, told": told,
  "paid by R1, told and denied": { ...told, review: "denied" },
  "paid by R1, and 2000 of told credit": { ...told, askedCents: cents(3000), toldCents: cents(2000) },
  "paid out of told credit, by R1": { ...told, isFromCredit: true, toldCents: cents(5000) },
  "paid out of credit that is proved now, by R1": { ...told, isFromCredit: true },
  "paid by R1, proved": paid,
  "paid by R1, proved, twice": { ...paid, review: "paid-twice" },
  "paid by R1, proved, 1000 of it refunded": { ...paid, refundedCents: cents(1000) },
  "paid, the receipt to come": { ...paid, state: "paid_unreceipted", receipt: null, unreceipted: true },
  "paid, the receipt to come, has paid 2000 of credit": {
    ...{ ...paid, state: "paid_unreceipted", receipt: null, unreceipted: true, askedCents: cents(3000) },
    review: "no-answer",
  },
  "reversed R1": { ...paid, state: "reversed", review: "reversed" },
  "disproved R1": { ...prompted, state: "disproved", receipt: "R1", review: "disproved" },
  "moved R1 away": { ...prompted, state: "moved", receipt: "R1" },
};

type Success = Extract<Evidence, { kind: "success" }>;
const byStaff = { ...(twin("R1") as Success), source: "operator" } as const;

const facts: Readonly<Record<string, Evidence>> = {
  accepted,
  "accepted, another id": { ...accepted, requestId: "ws_CO_2" } as Evidence,
  "answer lost": answerLost,
  "callback R1 5000": callback("R1"),
  "callback R1 3000": callback("R1", cents(3000)),
  "callback R1 5000, another id": callback("R1", cents(5000), "ws_CO_2"),
  "callback without a receipt": callback(null, null),
  "confirmation R1 5000": confirmed("R1"),
  "confirmation R1 3000": confirmed("R1", cents(3000)),
  "confirmation R1 3000, its owner's": { ...(confirmed("R1", cents(3000)) as Success), isOwners: true },
  "confirmation R1 6000": confirmed("R1", cents(6000)),
  "status R1 5000": twin("R1"),
  "status R1 3000": twin("R1", cents(3000)),
  "status R2 5000": twin("R2"),
  "confirmation R2 5000": confirmed("R2"),
  "list R1 6000": listed("R1", cents(6000)),
  "query: paid": queryPaid,
  "query: paid, R1 3000": { ...(queryPaid as Success), receipt: "R1", amountCents: cents(3000) },
  "query: paid, R1 without an amount": { ...(queryPaid as Success), receipt: "R1" },
  "query: failed": queryFailed,
  "query: failed, another id": { ...queryFailed, requestId: "ws_CO_2" } as Evidence,
  cancelled,
  "cancelled, another id": { ...cancelled, requestId: "ws_CO_2" } as Evidence,
  "query: nobody knows": nobodyKnows,
  "query: still open": stillOpen,
  "given up": giveUp,
  "staff: R1 5000": byStaff,
  "staff, who only claim: R1 5000": { ...byStaff, trust: "pushed" },
  "credit R1 5000, 2000 of it told": { ...byStaff, isOwners: true, toldCents: cents(2000) },
  "reversal R1": reversal,
  "disproof R1": disproof,
  "another customer's R1": { kind: "moved-away", source: "operator", receipt: "R1" },
  "spent credit proved": { kind: "spent-credit", source: "pull", receipt: "R9", isProved: true },
  "spent credit never there": { kind: "spent-credit", source: "pull", receipt: "R9", isProved: false },
};

const booked = { purchaseId: "i1", amountCents: cents(5000), state: "booked", source: "stk-callback" } as const;
/** `it`: the receipt that the fact names. */
const known: Readonly<Record<string, KnownReceipt | null>> = {
  "it is new": null,
  "it is told": { ...booked, verified: false },
  "it is proved": { ...booked, verified: true },
  "it is told, 3000": { ...booked, amountCents: cents(3000), verified: false },
  "it is told, as credit": { ...booked, state: "credit", verified: false },
  "it is in suspense": { ...booked, purchaseId: null, state: "suspense", verified: false },
  "it is in suspense, proved": { ...booked, purchaseId: null, state: "suspense", verified: true },
  "it is held for this purchase": { ...booked, state: "suspense", verified: false },
  "it is held for another": { ...booked, purchaseId: "i2", state: "suspense", verified: false },
  "it is another's": { ...booked, purchaseId: "i2", verified: true },
  "it is reversed": { ...booked, state: "reversed", verified: true },
  "it is disproved": { ...booked, state: "disproved", verified: false },
};

const other = (receipt: string, changes: Partial<OtherReceipt>): OtherReceipt[] => [
  { ...booked, receipt, verified: false, ...changes },
];
const others: Readonly<Record<string, readonly OtherReceipt[]>> = {
  ", and R3 told": other("R3", {}),
  ", and R3 proved, as credit": other("R3", { state: "credit", verified: true }),
  ", and R3 proved, 3000": other("R3", { amountCents: cents(3000), verified: true }),
  ", and R1 told": other("R1", {}),
  ", and R1 proved": other("R1", { verified: true }),
  ", and R3 reversed": other("R3", { state: "reversed", verified: true }),
};

/** `{receipt:R1}`: what is false, null or zero says nothing. */
function short(of: object): string {
  const said = Object.entries(of).filter(([, value]) => value !== false && value !== null && value !== 0);
  return `{${said.map(([name, value]) => (value === true ? name : `${name}:${value}`)).join(" ")}}`;
}

/** Null: nothing. */
function resultOf(before: Purchase, fact: Evidence, beside: Beside): string | null {
  const { next, effects, outcome, parked } = transition(before, fact, beside);
  const changes = Object.entries(next).filter(([name, value]) => value !== before[name as keyof Purchase]);
  const steps = effects.map(({ kind, ...of }) => `${kind}${short(of)}`);
  if (!parked && changes.length + steps.length === 0) return null;
  const changed = changes.map(([name, value]) => `${name}=${value}`).join(" ");
  return [outcome, parked ? "parked" : [], changed === "" ? [] : changed, ...steps].flat().join("; ");
}

/** One row for all that has one result. What else is in the books, and that too much is unverified, is named where it makes another result. */
function rowsOf(before: Purchase, fact: Evidence): string[] {
  const named = "receipt" in fact && fact.kind !== "spent-credit" ? fact.receipt : null;
  const besides = Object.entries(others).filter(([, [each]]) => each?.receipt !== named);
  const results = Object.entries(named !== null ? known : { "": null }).flatMap(([words, known]) => {
    const usual = resultOf(before, fact, { known, others: [], mayTrust: true });
    const doubted = resultOf(before, fact, { known, others: [], mayTrust: false });
    const unusual = [
      [`${words}, too much is unverified`, doubted] as const,
      ...besides.map(
        ([more, others]) => [`${words}${more}`, resultOf(before, fact, { known, others, mayTrust: true })] as const,
      ),
    ];
    return [[words, usual] as const, ...unusual.filter(([, result]) => result !== usual)];
  });
  const byResult = Map.groupBy(results, ([, result]) => result);
  return [...byResult].flatMap(([result, same]) => {
    const besides = same.map(([words]) => words.replace(/^, and/, "beside") || "alone").join(" | ");
    const words = byResult.size === 1 ? "" : `${besides}\n      `;
    return result === null ? [] : `${words}${result}`;
  });
}

test("[BEY-05] what each fact does to a purchase in each state is as the table says", async () => {
  const sections = Object.entries(purchases).map(([state, before]) => {
    const rows = Object.entries(facts).flatMap(([name, fact]) =>
      rowsOf(before, fact).map((row) => `  ${name}: ${row}`),
    );
    return [`${state}`, ...rows].join("\n");
  });
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("decision-table.txt");
});

const namesOf = <Value>(all: Readonly<Record<string, Value>>, is: (value: Value) => boolean) =>
  Object.keys(all).filter((name) => is(all[name] as Value));

test("what is judged beside the purchase's other receipts", () => {
  const always = ["status R1 5000", "status R1 3000", "status R2 5000", "list R1 6000", "query: paid"];
  always.push("query: paid, R1 3000", "query: paid, R1 without an amount", "staff: R1 5000");
  always.push("credit R1 5000, 2000 of it told", "disproof R1", "another customer's R1");
  always.push("spent credit proved", "spent credit never there");
  expect(namesOf(facts, (fact) => needsItsReceipts(fact, false))).toEqual(always);
  const besideCredit = namesOf(facts, (fact) => needsItsReceipts(fact, true));
  expect(besideCredit.filter((name) => !always.includes(name))).toEqual(["callback without a receipt"]);
});

test("credit is held for a purchase until it has paid, failed, or nobody asks about it any more", () => {
  const holding = namesOf(purchases, (purchase) => !endsHold(purchase, []));
  expect(holding).toEqual(Object.keys(purchases).filter((name) => /^(sending|prompted|unknown)/.test(name)));
  expect(endsHold(prompted, [accepted, giveUp])).toBe(true);
  expect(endsHold(prompted, [accepted, queryFailed])).toBe(false);
  expect(endsHold({ ...prompted, review: "underpaid" }, [])).toBe(true);
});
