/** The channel's verdict on a purchase: it succeeded, or it failed. The other rules are in `transition.ts`. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import { type Evidence, type ProvingSource, provingSource } from "../../evidence/evidence.ts";
import {
  type Beside,
  type Effect,
  type KnownReceipt,
  moneyStates,
  type OtherReceipt,
  type Purchase,
  type Review,
  type Transition,
} from "./purchase-facts.ts";
import { become, doubt, keep, park, proved, verifyGrant } from "./transition-steps.ts";
import { onDisproof } from "./transition-undo.ts";

export function onFailure(before: Purchase, evidence: Extract<Evidence, { kind: "failure" }>): Transition {
  if (moneyStates.has(before.state))
    return denies(before, evidence) ? denied(before) : keep(before, "nothing: paid stays paid");
  if (evidence.source === "stk-callback") {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    // A request id from a callback proves nothing against another callback. Any success undoes a failure.
    if (before.requestIdFrom === "answer" && otherRequest(before, evidence)) {
      return doubt(before, "request-id-differs", "for review: another request id", []);
    }
  }
  // We take no request id from a failure: a query about a forged id would make that id ours.
  if (before.state === "failed") return keep(before, "failed already");
  const review = before.review ?? (before.isGivenBack ? "denied" : null);
  return become(before, { state: "failed", reason: evidence.reason, review }, `failed: ${evidence.reason}`);
}

/** The channel's own answer to our question, about money that only a callback has told. */
function denies(before: Purchase, evidence: Extract<Evidence, { kind: "failure" }>): boolean {
  const isAnswer = evidence.trust === "fetched" && provingSource(evidence.source) !== null;
  return isAnswer && before.state === "paid" && !before.verified && !otherRequest(before, evidence);
}

/** No disproof: a query may be behind. But what told of the money is not signed, so a person looks before it is served out. */
const denied = (before: Purchase): Transition =>
  become(before, { review: before.review ?? "denied" }, "for review: the channel says that it failed");

/** Proved: what the channel denied before is settled with it. */
const provedNow = ({ review }: Purchase) => ({ ...proved, review: review === "denied" ? null : review });

type Success = Extract<Evidence, { kind: "success" }>;

export function onSuccess(before: Purchase, evidence: Success, beside: Beside): Transition {
  const { receipt, amountCents } = evidence;
  const { known, others, mayTrust } = beside;
  if (
    evidence.source === "stk-callback" &&
    !(known?.purchaseId === before.purchaseId && moneyStates.has(before.state))
  ) {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    if (otherRequest(before, evidence)) {
      if (before.requestIdFrom === "callback") return park(before, {}, "waits: which request id is ours is not known");
      return doubt(before, "request-id-differs", "for review: another request id");
    }
    // A prompt asks for an exact amount, so a callback with another one is a forgery until a fetched source agrees.
    if (amountCents !== null && amountCents !== before.askedCents) {
      return doubt(before, "amount-differs", "for review: the amount differs, nothing opened");
    }
    if (before.requestIdFrom !== "answer") {
      const adopted = before.requestId === null ? learn(before, evidence) : {};
      const effects: Effect[] = before.requestId === null ? [{ kind: "ask" }] : [];
      const state = moneyStates.has(before.state) || before.state === "failed" ? before.state : "unknown";
      return park(before, { ...adopted, state }, "asked first: the push's answer was lost", effects);
    }
  }
  const learned: Purchase = { ...before, ...learn(before, evidence) };
  if (receipt === null || amountCents === null) return onUnreceipted(learned, evidence, others);
  const isHeld = known !== null && isInSuspense(known, before) && known.amountCents === amountCents;
  if (known !== null && !isHeld) return onKnownReceipt(learned, evidence, receipt, known, others);
  if (mustAskForCredit(before, evidence)) return hold(before, evidence, receipt, amountCents, known);
  const isUnverified = evidence.trust === "pushed" && !before.verified && known?.verified !== true;
  if (isUnverified && !mayTrust && !moneyStates.has(before.state))
    return hold(before, evidence, receipt, amountCents, known);
  return onMoney(learned, evidence, { receipt, amountCents }, beside);
}

/** What the channel itself was asked for, and so proves; null: somebody told of it. */
function provedNowBy({ trust, source }: Success): ProvingSource | null {
  return trust === "fetched" ? provingSource(source) : null;
}

/** What the phone that was asked says by its PIN, or money that is its owner's: only that spends the owner's credit. */
function spendsCredit({ source, isOwners = false }: Success): boolean {
  return isOwners || source === "stk-callback" || source === "stk-query" || source === "order-status";
}

/** How much of what it holds is credit that its owner had before: the rest came in for this purchase. */
function walletCents({ amountCents, askedCents, heldCents }: Purchase): Cents {
  return cents(Math.min(heldCents, amountCents - askedCents));
}

/** What the prompt asked for, from who knows whom: it may be the prompt's money, so the prompt's own word is asked for, and waited for. */
function mustAskForCredit(before: Purchase, evidence: Success): boolean {
  if (spendsCredit(evidence) || walletCents(before) === 0 || evidence.source === "operator") return false;
  return !moneyStates.has(before.state) && evidence.amountCents === before.askedCents;
}

/** In suspense, and for no other purchase: it may be this purchase's. */
function isInSuspense({ state, purchaseId }: KnownReceipt, { purchaseId: mine }: Purchase): boolean {
  return state === "suspense" && (purchaseId === null || purchaseId === mine);
}

/** The money is booked, with its proof where the channel itself told of it, and opens nothing until the prompt's own word is there. */
function hold(
  before: Purchase,
  evidence: Success,
  receipt: string,
  amountCents: Cents,
  known: KnownReceipt | null,
): Transition {
  const { source, paidAtMs = null } = evidence;
  const provedBy = provedNowBy(evidence);
  const fromSuspense = known !== null;
  const ask: Effect = { kind: "ask" };
  const held: Effect = { kind: "hold-receipt", receipt, amountCents, fromSuspense, source, provedBy, paidAtMs };
  const why = provedBy === null ? "asked first: too much is unverified" : "asked first: proved, and held";
  if (known?.purchaseId !== before.purchaseId) return park(before, {}, why, [held, ask]);
  if (provedBy === null || known.verified) return park(before, {}, why, [ask]);
  return park(before, {}, why, [{ kind: "confirm-receipt", receipt, provedBy }, ask]);
}

/** Money that is new, or in suspense: then `known` is taken out of there. */
function onMoney(
  before: Purchase,
  evidence: Success,
  { receipt, amountCents }: { readonly receipt: string; readonly amountCents: Cents },
  { known, others, mayTrust }: Beside,
): Transition {
  const { source } = evidence;
  // A person who names the owner of the money has not seen it come in; nor has a second callback.
  const provedBy = provedNowBy(evidence);
  const isProved = known?.verified === true || provedBy !== null;
  // What a person records as paid at the counter, or out of proved credit, nobody else could prove.
  const isEntered = known === null && source === "operator" && evidence.trust === "fetched";
  const book = (planCents: Cents, provesPlan: boolean, settlesUnreceipted = false): Effect => ({
    kind: "book-receipt",
    receipt,
    amountCents,
    planCents,
    creditCents: cents(amountCents - planCents),
    settlesUnreceipted,
    fromSuspense: known !== null,
    source,
    provedBy,
    provesPlan,
    toldCents: evidence.toldCents ?? cents(0),
    paidAtMs: evidence.paidAtMs ?? null,
  });
  const wallet = spendsCredit(evidence) ? cents(0) : walletCents(before);
  const heldCents = moneyStates.has(before.state) ? cents(0) : cents(before.heldCents - wallet);
  const restCents = cents(before.amountCents - heldCents);
  // One payment of the whole price leaves the held credit alone: it stays the customer's.
  const useCents = amountCents >= before.amountCents ? cents(0) : cents(Math.min(heldCents, before.amountCents));
  const toldUseCents = Math.max(0, useCents - before.provedCreditCents);
  const isShort = amountCents < restCents || (toldUseCents > 0 && !mayTrust);
  const isTooLittle = amountCents < (before.unreceipted ? before.askedCents : before.amountCents);
  if (isTooLittle && (moneyStates.has(before.state) || isShort)) {
    const booked = book(cents(0), false);
    const held = moneyStates.has(before.state) ? before.heldCents : cents(before.heldCents + amountCents);
    const provedCreditCents = cents(before.provedCreditCents + (isProved ? amountCents : 0));
    const changes = { review: before.review ?? "underpaid", heldCents: held, provedCreditCents } as const;
    return become(before, changes, "less than the price: to customer credit", [booked]);
  }
  const settled = before.review === "no-answer" || before.review === "underpaid";
  const review = settled ? null : before.review;
  if (before.unreceipted) {
    const booked = book(before.askedCents, true, true);
    const changes = { state: "paid", reason: null, receipt, unreceipted: false, ...proved, review } as const;
    return become(before, changes, "receipt joined", [booked, verifyGrant(before)]);
  }
  if (moneyStates.has(before.state)) {
    const replaced = isProved ? replacesToldReceipt(before, receipt, others) : nothingReplaced;
    const effects: Effect[] = [book(cents(0), false), ...replaced.effects];
    // Its proof is the purchase's only where it pays it: beside what pays it is credit of its own, and proves no more than that.
    const agrees = replaced !== nothingReplaced && !before.verified;
    if (agrees) effects.push(verifyGrant(before));
    const review = before.review === "prompt-paid-too" ? "paid-twice" : (before.review ?? "paid-twice");
    const changes = { review, ...(agrees ? proved : {}), ...replaced.changes } as const;
    return become(before, changes, "paid twice: to customer credit", effects);
  }
  const toldCents = cents(toldUseCents + (evidence.toldCents ?? 0));
  const verified = before.verified || ((isProved || isEntered) && toldCents === 0);
  const effects: Effect[] = [book(cents(before.amountCents - useCents), verified)];
  if (useCents > 0)
    effects.push({
      kind: "use-credit",
      amountCents: useCents,
      toldCents: cents(toldUseCents),
      provesPlan: verified,
    });
  effects.push({ kind: "open-grant", unverified: !verified });
  // Queries about a failed or unknown purchase have ended: start them again.
  if (!verified && (before.state === "failed" || before.state === "unknown")) effects.push({ kind: "ask" });
  const pendingCents = verified ? cents(0) : before.amountCents;
  const money = { heldCents: cents(0), pendingCents, toldCents };
  const opened = { state: "paid", reason: null, receipt, verified } as const;
  // The channel denied it before its site gave the package back: now its money is proved.
  const left = verified && review === "denied" ? null : review;
  return become(before, { ...opened, review: reviewOpened(left, before), ...money }, "paid", effects);
}

interface Replaced {
  readonly effects: readonly Effect[];
  readonly changes: Partial<Purchase>;
}
const nothingReplaced: Replaced = { effects: [], changes: {} };

/**
 * One proof proves one payment. Where a receipt that only a callback told has paid, and another one of the price is proved, that one
 * pays: else the first, which may be forged, would be revenue by the other's proof, and the other proved credit.
 */
function replacesToldReceipt(before: Purchase, by: string, others: readonly OtherReceipt[]): Replaced {
  const { state, receipt, refundedCents, toldCents, isFromCredit } = before;
  if (state !== "paid" || receipt === null || refundedCents > 0 || toldCents > 0 || isFromCredit)
    return nothingReplaced;
  const own = others.find((other) => other.receipt === receipt);
  if (own === undefined || own.verified || own.state !== "booked") return nothingReplaced;
  return { effects: [{ kind: "replace-receipt", receipt, by }], changes: { receipt: by } };
}

/** What a person is to look at when it opens: there is nothing to open at a site that was deleted. */
const reviewOpened = (review: Review | null, { siteIsDeleted }: Purchase): Review | null =>
  review ?? (siteIsDeleted ? "site-deleted" : null);

/** A prompt asks for an exact amount: a receipt of another one is no answer to it. Nor is any of its amount in the books. */
function isPaidByOtherMoney({ receipt, askedCents }: Purchase, others: readonly OtherReceipt[]): boolean {
  return receipt !== null && others.length > 0 && others.every(({ amountCents }) => amountCents !== askedCents);
}

/** The channel says paid and names no receipt. Fetched: the grant opens, unverified. Pushed: only a reason to ask. */
function onUnreceipted(before: Purchase, evidence: Success, others: readonly OtherReceipt[]): Transition {
  if (moneyStates.has(before.state)) {
    if (evidence.trust === "pushed" || before.verified || before.state === "moved") return keep(before, "nothing new");
    // What paid it beside the prompt was credit that nothing has proved: that is not answered yet.
    if (before.toldCents > 0 && before.askedCents < before.amountCents) return keep(before, "a part of it is proved");
    // The question was about the prompt, which asked for all that credit does not pay.
    const proof = provedNow(before);
    if (!isPaidByOtherMoney(before, others)) return become(before, proof, "verified", [verifyGrant(before)]);
    const review = proof.review ?? "prompt-paid-too";
    return become(before, { ...proof, review }, "verified; the prompt's own receipt is to come", [verifyGrant(before)]);
  }
  if (evidence.trust === "pushed") {
    if (before.state === "failed") return become(before, {}, "paid, without a receipt: asked", [{ kind: "ask" }]);
    return become(before, { state: "unknown" }, "paid, without a receipt: asked", [{ kind: "ask" }]);
  }
  const { askedCents } = before;
  const useCents = cents(before.amountCents - askedCents);
  // The prompt's own receipt came when the credit that was to pay the rest was gone: it is credit, and is not booked a second time.
  const isBooked = ({ amountCents, state }: OtherReceipt) => amountCents >= askedCents && state === "booked";
  if (useCents > 0 && others.some(isBooked)) return keep(before, "its receipt is in the books already");
  // The credit that was to pay the rest went back meanwhile: what was paid is credit, once its receipt is known.
  if (useCents > Math.min(before.heldCents, before.provedCreditCents))
    return become(before, { state: "unknown", review: before.review ?? "underpaid" }, "paid, but the credit is gone");
  const booked: Effect = { kind: "book-unreceipted", amountCents: askedCents, insteadOf: null };
  const effects: Effect[] = [booked];
  if (useCents > 0) effects.push({ kind: "use-credit", amountCents: useCents, toldCents: cents(0), provesPlan: true });
  effects.push({ kind: "open-grant", unverified: true });
  const review = reviewOpened(before.review, before);
  const paid = { state: "paid_unreceipted", reason: null, unreceipted: true, verified: true } as const;
  // What was held beside it is the customer's again.
  const changes = { ...paid, review, heldCents: cents(0) };
  return become(before, changes, "paid, receipt to come", effects);
}

function onKnownReceipt(
  before: Purchase,
  evidence: Success,
  receipt: string,
  known: KnownReceipt,
  others: readonly OtherReceipt[],
): Transition {
  if (before.state === "moved" && before.receipt === receipt)
    return keep(before, "nothing: it is another customer's money");
  if (known.purchaseId !== before.purchaseId) {
    return doubt(before, "receipt-of-another-purchase", "for review: the receipt is another purchase's", []);
  }
  if (known.amountCents !== evidence.amountCents) {
    const isThere = known.state === "booked" || known.state === "credit";
    if (evidence.trust === "fetched" && isThere && !known.verified && saysLess(evidence, known))
      return onLess(before, evidence, receipt, known, others);
    return doubt(before, "receipt-with-another-amount", "for review: the receipt is known with another amount", []);
  }
  const provedBy = provedNowBy(evidence);
  if (known.state === "disproved" && provedBy !== null) {
    const { amountCents } = known;
    const settles = before.unreceipted && amountCents >= before.askedCents;
    const planCents = settles ? before.askedCents : cents(0);
    const restored: Effect = { kind: "restore-receipt", receipt, amountCents, planCents, provedBy };
    const review = "proven-after-all";
    if (!settles) return become(before, { review }, "it exists after all: to customer credit", [restored]);
    const changes = { state: "paid", receipt, unreceipted: false, ...proved, review } as const;
    return become(before, changes, "it exists after all: receipt joined", [restored, verifyGrant(before)]);
  }
  // The channel may have been slow, or this report is one more forgery: it is asked again, and a person hears of it.
  if (known.state === "disproved")
    return become(before, { review: before.review ?? "disproved" }, "disproved, and reported again: asked");
  if (provedBy === null) return keep(before, "known already");
  const confirmed: Effect = { kind: "confirm-receipt", receipt, provedBy };
  // It was too little: it pays nothing yet, and is the customer's credit, which is proved now.
  if (!moneyStates.has(before.state)) {
    if (known.verified || known.state !== "booked") return keep(before, "known already");
    const provedCreditCents = cents(Math.min(before.heldCents, before.provedCreditCents + known.amountCents));
    return become(before, { provedCreditCents }, "known already: its credit is proved", [confirmed]);
  }
  const isWhole = known.amountCents >= before.amountCents;
  const stands = known.state === "booked" || known.state === "credit";
  const replaced = isWhole && stands ? replacesToldReceipt(before, receipt, others) : nothingReplaced;
  const { changes } = replaced;
  const paysThePlan = replaced !== nothingReplaced || (before.receipt === receipt && before.toldCents === 0);
  const effects: Effect[] = [confirmed, ...replaced.effects];
  if (before.verified || !paysThePlan) return become(before, changes, "known already", effects);
  return become(before, { ...provedNow(before), ...changes }, "verified", [...effects, verifyGrant(before)]);
}

const saysLess = ({ amountCents }: Success, known: KnownReceipt): boolean =>
  amountCents !== null && amountCents < known.amountCents;

/**
 * The channel knows the receipt, and less came in by it than was told: what was told was never there, and goes the way of a receipt
 * that does not exist. What really came in is the customer's credit, and proves nothing else.
 */
function onLess(
  before: Purchase,
  evidence: Success,
  receipt: string,
  known: KnownReceipt,
  others: readonly OtherReceipt[],
): Transition {
  const provedBy = provingSource(evidence.source);
  const { amountCents } = evidence;
  const review = "receipt-with-another-amount";
  if (provedBy === null || amountCents === null)
    return doubt(before, review, "for review: the receipt is known with another amount", []);
  const { next, effects } = onDisproof(before, receipt, known, others);
  const restored: Effect = { kind: "restore-receipt", receipt, amountCents, planCents: cents(0), provedBy };
  const heldCents = moneyStates.has(next.state) ? next.heldCents : cents(next.heldCents + amountCents);
  const outcome = "less came in than was told: that is customer credit, the rest is disproved";
  return become(next, { heldCents, review }, outcome, [...effects, restored]);
}

function isSending({ state, requestIdFrom }: Purchase): boolean {
  return (state === "created" || state === "sending") && requestIdFrom !== "answer";
}

function otherRequest(before: Purchase, evidence: { readonly requestId: string | null }): boolean {
  return before.requestId !== null && evidence.requestId !== null && evidence.requestId !== before.requestId;
}

/** The request id, where we have none. A fetched one is as good as the prompt's own answer. */
function learn(
  before: Purchase,
  evidence: { readonly requestId: string | null; readonly trust: "pushed" | "fetched" },
): Partial<Purchase> {
  if (evidence.requestId === null || before.requestIdFrom === "answer") return {};
  if (before.requestId !== null && evidence.trust === "pushed") return {};
  return { requestId: evidence.requestId, requestIdFrom: evidence.trust === "fetched" ? "answer" : "callback" };
}
