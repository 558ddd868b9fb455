/** The channel's verdict on a purchase: it succeeded, or it failed. The other rules are in `transition.ts`. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Evidence } from "../evidence/evidence.ts";
import { type Effect, type KnownReceipt, moneyStates, type Purchase, type Transition } from "./purchase-facts.ts";
import { become, doubt, keep, park } from "./transition-steps.ts";

export function onFailure(before: Purchase, evidence: Extract<Evidence, { kind: "failure" }>): Transition {
  if (moneyStates.has(before.state)) return keep(before, "nothing: paid stays paid");
  if (evidence.source === "stk-callback") {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    // A request id from a callback proves nothing against another callback. Any success undoes a failure.
    if (before.requestIdFrom === "answer" && otherRequest(before, evidence)) {
      return doubt(before, "request-id-differs", "for review: another request id", []);
    }
  }
  // We take no request id from a failure: a query about a forged id would make that id ours.
  if (before.state === "failed") return keep(before, "failed already");
  return become(before, { state: "failed", reason: evidence.reason }, `failed: ${evidence.reason}`);
}

type Success = Extract<Evidence, { kind: "success" }>;

export function onSuccess(
  before: Purchase,
  evidence: Success,
  known: KnownReceipt | null,
  mayTrust: boolean,
): Transition {
  const { receipt, amountCents } = evidence;
  if (evidence.source === "stk-callback" && !(known?.intentId === before.intentId && moneyStates.has(before.state))) {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    if (otherRequest(before, evidence)) {
      if (before.requestIdFrom === "callback") return park(before, {}, "waits: which request id is ours is not known");
      return doubt(before, "request-id-differs", "for review: another request id");
    }
    // A push asks for an exact amount, so a callback with another one is a forgery until a fetched source agrees.
    if (amountCents !== null && amountCents !== before.amountCents) {
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
  if (receipt === null || amountCents === null) return onUnreceipted(learned, evidence);
  const isHeld = known !== null && isInSuspense(known, before) && known.amountCents === amountCents;
  if (known !== null && !isHeld) return onKnownReceipt(learned, evidence, receipt, known);
  const isUnverified = evidence.trust === "pushed" && !before.verified && known?.verified !== true;
  if (isUnverified && !mayTrust && !moneyStates.has(before.state))
    return hold(before, evidence, receipt, amountCents, known);
  return onMoney(learned, evidence, receipt, amountCents, known);
}

/** In suspense, and for no other purchase: it may be this purchase's. */
function isInSuspense({ state, intentId }: KnownReceipt, { intentId: mine }: Purchase): boolean {
  return state === "suspense" && (intentId === null || intentId === mine);
}

/** Reported by a callback alone, while too much is unverified: the money is booked, and opens nothing until it is verified. */
function hold(
  before: Purchase,
  evidence: Success,
  receipt: string,
  amountCents: Cents,
  known: KnownReceipt | null,
): Transition {
  const { source, paidAtMs = null } = evidence;
  const held: Effect = { kind: "hold-receipt", receipt, amountCents, fromSuspense: known !== null, source, paidAtMs };
  const isNew = known?.intentId !== before.intentId;
  const effects: readonly Effect[] = isNew ? [held, { kind: "ask" }] : [{ kind: "ask" }];
  return park(before, {}, "asked first: too much is unverified", effects);
}

/** @param known the receipt in suspense, which is taken out of there; null: it is new */
function onMoney(
  before: Purchase,
  evidence: Success,
  receipt: string,
  amountCents: Cents,
  known: KnownReceipt | null,
): Transition {
  const { source } = evidence;
  // A person who names the owner of the money has not seen it come in.
  const isAboutOwner = source === "operator";
  const isSecond = known !== null && (known.verified || (known.source !== source && !isAboutOwner));
  const isVerified = isSecond || (evidence.trust === "fetched" && !isAboutOwner);
  const isTrusted = isSecond || evidence.trust === "fetched";
  const book = (planCents: Cents, settlesUnreceipted = false): Effect => ({
    kind: "book-receipt",
    receipt,
    amountCents,
    planCents,
    creditCents: cents(amountCents - planCents),
    settlesUnreceipted,
    fromSuspense: known !== null,
    source,
    verified: isVerified,
    paidAtMs: evidence.paidAtMs ?? null,
  });
  const heldCents = moneyStates.has(before.state) ? cents(0) : before.heldCents;
  const restCents = cents(before.amountCents - heldCents);
  if (amountCents < before.amountCents && (moneyStates.has(before.state) || amountCents < restCents)) {
    const booked = book(cents(0));
    const held = moneyStates.has(before.state) ? before.heldCents : cents(heldCents + amountCents);
    const changes = { review: before.review ?? "underpaid", heldCents: held } as const;
    return become(before, changes, "less than the price: to customer credit", [booked]);
  }
  const settled = before.review === "no-answer" || before.review === "underpaid";
  const review = settled ? null : before.review;
  if (before.unreceipted) {
    const booked = book(before.amountCents, true);
    const changes = { state: "paid", reason: null, receipt, unreceipted: false, verified: true, review } as const;
    return become(before, changes, "receipt joined", [booked, { kind: "verify-grant" }]);
  }
  if (moneyStates.has(before.state)) {
    const effects: Effect[] = [book(cents(0))];
    const agrees = evidence.trust === "fetched" && !before.verified;
    if (agrees) effects.push({ kind: "verify-grant" });
    const changes = { review: before.review ?? "paid-twice", verified: before.verified || agrees } as const;
    return become(before, changes, "paid twice: to customer credit", effects);
  }
  const verified = before.verified || isTrusted;
  // One payment of the whole price leaves the held credit alone: it stays the customer's.
  const useCents = amountCents >= before.amountCents ? cents(0) : heldCents;
  const effects: Effect[] = [book(cents(before.amountCents - useCents))];
  if (useCents > 0) effects.push({ kind: "use-credit", amountCents: useCents, receipt });
  effects.push({ kind: "open-grant", unverified: !verified });
  // Queries about a failed or unknown purchase have ended: start them again.
  if (!verified && (before.state === "failed" || before.state === "unknown")) effects.push({ kind: "ask" });
  const changes = { state: "paid", reason: null, receipt, verified, review, heldCents: cents(0) } as const;
  return become(before, changes, "paid", effects);
}

/** The channel says paid and names no receipt. Fetched: the grant opens, unverified. Pushed: only a reason to ask. */
function onUnreceipted(before: Purchase, evidence: Success): Transition {
  if (moneyStates.has(before.state)) {
    if (evidence.trust === "pushed" || before.verified) return keep(before, "nothing new");
    return become(before, { verified: true }, "verified", [{ kind: "verify-grant" }]);
  }
  if (evidence.trust === "pushed") {
    if (before.state === "failed") return become(before, {}, "paid, without a receipt: asked", [{ kind: "ask" }]);
    return become(before, { state: "unknown" }, "paid, without a receipt: asked", [{ kind: "ask" }]);
  }
  const booked: Effect = { kind: "book-unreceipted", amountCents: before.amountCents, insteadOf: null };
  const changes = { state: "paid_unreceipted", reason: null, unreceipted: true, verified: true } as const;
  return become(before, changes, "paid, receipt to come", [booked, { kind: "open-grant", unverified: true }]);
}

function onKnownReceipt(before: Purchase, evidence: Success, receipt: string, known: KnownReceipt): Transition {
  if (known.intentId !== before.intentId) {
    return doubt(before, "receipt-of-another-purchase", "for review: the receipt is another purchase's", []);
  }
  if (known.amountCents !== evidence.amountCents) {
    return doubt(before, "receipt-with-another-amount", "for review: the receipt is known with another amount", []);
  }
  if (known.state === "disproved" && evidence.trust === "fetched") {
    const { amountCents } = known;
    const settles = before.unreceipted && amountCents >= before.amountCents;
    const planCents = settles ? before.amountCents : cents(0);
    const restored: Effect = { kind: "restore-receipt", receipt, amountCents, planCents };
    const review = "proven-after-all";
    if (!settles) return become(before, { review }, "it exists after all: to customer credit", [restored]);
    const changes = { state: "paid", receipt, unreceipted: false, verified: true, review } as const;
    return become(before, changes, "it exists after all: receipt joined", [restored, { kind: "verify-grant" }]);
  }
  if (known.state === "disproved") return keep(before, "disproved already");
  const verifies = evidence.trust === "fetched" || evidence.source !== known.source;
  if (!verifies || !moneyStates.has(before.state)) return keep(before, "known already");
  const confirmed: Effect = { kind: "confirm-receipt", receipt };
  const paysThePlan = before.receipt === receipt || known.amountCents >= before.amountCents;
  if (before.verified || !paysThePlan) return become(before, {}, "known already", [confirmed]);
  return become(before, { verified: true }, "verified", [confirmed, { kind: "verify-grant" }]);
}

function isSending({ state, requestIdFrom }: Purchase): boolean {
  return (state === "created" || state === "sending") && requestIdFrom !== "answer";
}

function otherRequest(before: Purchase, evidence: { readonly requestId: string | null }): boolean {
  return before.requestId !== null && evidence.requestId !== before.requestId;
}

/** The request id, where we have none. A fetched one is as good as the push's own answer. */
function learn(
  before: Purchase,
  evidence: { readonly requestId: string | null; readonly trust: "pushed" | "fetched" },
): Partial<Purchase> {
  if (evidence.requestId === null || before.requestIdFrom === "answer") return {};
  if (before.requestId !== null && evidence.trust === "pushed") return {};
  return { requestId: evidence.requestId, requestIdFrom: evidence.trust === "fetched" ? "answer" : "callback" };
}
