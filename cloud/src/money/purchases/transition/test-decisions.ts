/** Purchases in all their states, what can be heard of them, and what may be in the books beside it: for tables of what follows. */
import { cents } from "@karibu/protocol/quantities";
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

export const prompted: Purchase = { ...sending, state: "prompted", requestId: "ws_CO_1", requestIdFrom: "answer" };
const told: Purchase = { ...prompted, state: "paid", receipt: "R1", pendingCents: cents(5000) };
const paid: Purchase = { ...told, verified: true, pendingCents: cents(0) };
const credit = { askedCents: cents(3000), heldCents: cents(2000), provedCreditCents: cents(2000) };

/** The price is 5000; what "has credit" was asked for 3000, and 2000 are credit. */
export const purchases: Readonly<Record<string, Purchase>> = {
  sending,
  "sending, its id told by a callback": { ...sending, requestId: "ws_CO_1", requestIdFrom: "callback" },
  prompted,
  "prompted, has credit": { ...prompted, ...credit },
  "prompted, has credit that is told": { ...prompted, ...credit, provedCreditCents: cents(0) },
  "prompted, its site deleted": { ...prompted, siteIsDeleted: true },
  failed: { ...prompted, state: "failed", reason: "cancelled" },
  "failed, 2000 paid by hand": { ...prompted, state: "failed", heldCents: cents(2000), review: "underpaid" },
  "failed, its id told by a callback": {
    ...{ ...sending, state: "failed", reason: "cancelled" },
    ...{ requestId: "ws_CO_1", requestIdFrom: "callback" },
  },
  "failed, given back after a restore": { ...prompted, state: "failed", isGivenBack: true, review: "denied" },
  "unknown, without an id": { ...sending, state: "unknown" },
  "unknown, its id told by a callback": {
    ...{ ...sending, state: "unknown", requestId: "ws_CO_1", requestIdFrom: "callback" },
    review: "no-answer",
  },
  "unknown, given back after a restore": { ...prompted, state: "unknown", isGivenBack: true },
  "paid by R1, told": told,
  "paid by R1, told and denied": { ...told, review: "denied" },
  "paid by R1, and 2000 of told credit": { ...told, askedCents: cents(3000), toldCents: cents(2000) },
  "paid by R1, told, and 2000 of proved credit": { ...told, askedCents: cents(3000) },
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

export const facts: Readonly<Record<string, Evidence>> = {
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
  "refused by the channel": { ...queryFailed, source: "push-answer", requestId: null } as Evidence,
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

/** What it is judged beside: nothing but the receipt that it names, in each state, first; then with something more. */
export function besidesOf(
  fact: Evidence,
): { readonly usual: [string, Beside]; readonly unusual: [string, Beside][] }[] {
  const named = "receipt" in fact && fact.kind !== "spent-credit" ? fact.receipt : null;
  return Object.entries(named === null ? { "": null } : known).map(([words, known]) => ({
    usual: [words, { known, others: [], mayTrust: true }],
    unusual: [
      [`${words}, too much is unverified`, { known, others: [], mayTrust: false }],
      ...Object.entries(others)
        .filter(([, [each]]) => each?.receipt !== named)
        .map(([more, others]): [string, Beside] => [`${words}${more}`, { known, others, mayTrust: true }]),
    ],
  }));
}

/** `{receipt:R1}`: what is false, null or zero says nothing. */
export function short(of: object): string {
  const said = Object.entries(of).filter(([, value]) => value !== false && value !== null && value !== 0);
  return `{${said.map(([name, value]) => (value === true ? name : `${name}:${value}`)).join(" ")}}`;
}
