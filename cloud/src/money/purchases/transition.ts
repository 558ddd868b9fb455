/**
 * Evidence in, transition out: one pure function decides what a fact does to a purchase, in any order, any number of times.
 *
 * | evidence                            | before money                 | after money (paid, paid_unreceipted)            |
 * |-------------------------------------|------------------------------|-------------------------------------------------|
 * | accepted                            | prompted, id known           | id known                                        |
 * | callback before the push's answer   | parked until the answer      | -                                               |
 * | callback, the push's answer lost    | parked; id adopted; asked    | -                                               |
 * | pushed money, too much is unverified | parked, held in suspense; asked | -                                           |
 * | success, receipt, the price         | paid, grant                  | joins paid_unreceipted, else a second receipt   |
 * | success, receipt, more (not STK)    | paid, grant, rest to credit  | joins, rest to credit                           |
 * | success, receipt, less (not STK)    | credit, "underpaid"          | credit, "underpaid"                             |
 * | callback over another amount        | unknown, review, asked       | review                                          |
 * | callback with another request id    | unknown, review, asked       | review                                          |
 * | success without receipt, fetched    | paid_unreceipted, grant      | corroborates                                    |
 * | success without receipt, pushed     | unknown, asked               | nothing                                         |
 * | a receipt that is in the books      | nothing; review if it is another purchase's or its amount differs              |
 * | failure                             | failed                       | nothing: paid stays paid                        |
 * | unknown                             | unknown (failed stays)       | nothing                                         |
 * | unknown, the prompt may be open     | nothing                      | nothing                                         |
 * | give-up                             | unknown, review              | review if no receipt came                       |
 * | second witness of the receipt       | -                            | corroborated (another pushed source, or fetched) |
 * | less, then the rest (not STK)       | paid out of credit, grant    | credit                                          |
 * | a receipt that stands in suspense   | taken out of suspense, as a success; pushed by a callback or given by a person  |
 * | money held for this purchase, fetched | taken out of suspense, paid | taken out, to credit                           |
 * | reversal                            | parked until the receipt     | reversed, grant revoked, entry; else entry only |
 * | reversal, refunded before           | -                            | the same; the refund is taken back: credit or debt; review |
 * | disproof of what paid               | -                            | another receipt of ours of the price takes its place; |
 * |                                     |                              | else paid_unreceipted, if a question agreed; else disproved, grant revoked |
 * | either, of the rest of it           | -                            | what was paid before is customer credit again   |
 * | either, of another receipt          | no longer held               | out of customer credit                          |
 * | disproof of a proven receipt        | nothing                      | nothing                                         |
 * | disproved receipt, fetched after all| -                            | joins paid_unreceipted, else to customer credit; review |
 *
 * So a late success after "failed" is paid. A second, different receipt is real money: it goes to customer credit.
 */
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Evidence } from "../evidence/evidence.ts";
import type { Effect, KnownReceipt, OtherReceipt, Purchase, Review, Transition } from "./payment-facts.ts";
import { become, isMoney, keep, park } from "./transition-steps.ts";
import { onDisproof, onReversal } from "./transition-undo.ts";

/**
 * @param known the receipt that the evidence names, when it is in the books already
 * @param mayTrust false: too much unverified money came in lately, so a callback alone opens nothing until it is asked about
 * @param others further receipts of this purchase; only a disproof looks at them
 */
export function transition(
  before: Purchase,
  evidence: Evidence,
  known: KnownReceipt | null,
  mayTrust = true,
  others: readonly OtherReceipt[] = [],
): Transition {
  switch (evidence.kind) {
    case "accepted":
      return onAccepted(before, evidence.requestId);
    case "success":
      return onSuccess(before, evidence, known, mayTrust);
    case "failure":
      return onFailure(before, evidence);
    case "unknown":
      return evidence.early || isMoney(before) || before.state === "failed" || before.state === "unknown"
        ? keep(before, "nothing new")
        : become(before, { state: "unknown" }, "unknown", [{ kind: "ask" }]);
    case "give-up":
      return onGiveUp(before);
    case "reversal":
      return onReversal(before, evidence.receipt, known);
    case "disproof":
      return onDisproof(before, evidence.receipt, known, others);
  }
}

function onAccepted(before: Purchase, requestId: string): Transition {
  const review = before.requestId !== null && before.requestId !== requestId ? "request-id-differs" : null;
  if (review !== null && before.requestIdFrom === "answer") {
    return become(before, { review: before.review ?? review }, "for review: another request id");
  }
  const waiting = before.state === "created" || before.state === "sending";
  const state = waiting ? "prompted" : before.state;
  const changes = { requestId, requestIdFrom: "answer", state, review: before.review ?? review } as const;
  return become(before, changes, "accepted by the channel");
}

function onGiveUp(before: Purchase): Transition {
  if (isMoney(before) && !before.unreceipted) return keep(before, "nothing new");
  const state = isMoney(before) || before.state === "failed" ? before.state : "unknown";
  return become(before, { state, review: before.review ?? "no-answer" }, "for review: no answer");
}

function onFailure(before: Purchase, evidence: Extract<Evidence, { kind: "failure" }>): Transition {
  if (isMoney(before)) return keep(before, "nothing: paid stays paid");
  if (evidence.source === "stk-callback") {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    // An id that only a callback named proves nothing against another callback; a failure is undone by any success.
    if (before.requestIdFrom === "answer" && otherRequest(before, evidence)) {
      return doubt(before, "request-id-differs", "for review: another request id", []);
    }
  }
  // A failure teaches no request id: else a query about a forged id would make that id ours.
  if (before.state === "failed") return keep(before, "failed already");
  return become(before, { state: "failed", reason: evidence.reason }, `failed: ${evidence.reason}`);
}

type Success = Extract<Evidence, { kind: "success" }>;

function onSuccess(before: Purchase, evidence: Success, known: KnownReceipt | null, mayTrust: boolean): Transition {
  const { receipt, amountCents } = evidence;
  if (evidence.source === "stk-callback" && !(known?.intentId === before.intentId && isMoney(before))) {
    if (isSending(before)) return park(before, {}, "waits for the push's answer");
    if (otherRequest(before, evidence)) {
      if (before.requestIdFrom === "callback") return park(before, {}, "waits: which request id is ours is not known");
      return doubt(before, "request-id-differs", "for review: another request id");
    }
    // An STK push asks for an exact amount, so a callback over another one is a forgery until a fetched source agrees.
    if (amountCents !== null && amountCents !== before.amountCents) {
      return doubt(before, "amount-differs", "for review: the amount differs, nothing opened");
    }
    if (before.requestIdFrom !== "answer") {
      const adopted = before.requestId === null ? learn(before, evidence) : {};
      const effects: Effect[] = before.requestId === null ? [{ kind: "ask" }] : [];
      const state = isMoney(before) || before.state === "failed" ? before.state : "unknown";
      return park(before, { ...adopted, state }, "asked first: the push's answer was lost", effects);
    }
  }
  const learned: Purchase = { ...before, ...learn(before, evidence) };
  if (receipt === null || amountCents === null) return onUnreceipted(learned, evidence);
  const isHeld = known !== null && isInSuspense(known, before) && known.amountCents === amountCents;
  if (known !== null && !isHeld) return onKnownReceipt(learned, evidence, receipt, known);
  const unproven = evidence.trust === "pushed" && !before.corroborated && known?.corroborated !== true;
  if (unproven && !mayTrust && !isMoney(before)) return hold(before, evidence, receipt, amountCents, known);
  return onMoney(learned, evidence, receipt, amountCents, known);
}

/** In suspense, and for nobody else: it may be this purchase's. */
function isInSuspense({ state, intentId }: KnownReceipt, { intentId: mine }: Purchase): boolean {
  return state === "suspense" && (intentId === null || intentId === mine);
}

/** Told of by a push alone, while too much is unverified: the money is in the books, and opens nothing until it is proved. */
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

/** @param known it stands in suspense, and is taken out of there; null: it is new */
function onMoney(
  before: Purchase,
  evidence: Success,
  receipt: string,
  amountCents: Cents,
  known: KnownReceipt | null,
): Transition {
  const { source } = evidence;
  // Whoever says whose the money is, our people or its payer, has not seen it come in.
  const isAboutOwner = source === "operator";
  const isSecond = known !== null && (known.corroborated || (known.source !== source && !isAboutOwner));
  const proven = isSecond || (evidence.trust === "fetched" && !isAboutOwner);
  const believed = isSecond || evidence.trust === "fetched";
  const book = (planCents: Cents, settlesUnreceipted = false): Effect => ({
    kind: "book-receipt",
    receipt,
    amountCents,
    planCents,
    creditCents: cents(amountCents - planCents),
    settlesUnreceipted,
    fromSuspense: known !== null,
    source,
    proven,
    paidAtMs: evidence.paidAtMs ?? null,
  });
  const heldCents = isMoney(before) ? cents(0) : before.heldCents;
  const restCents = cents(before.amountCents - heldCents);
  if (amountCents < before.amountCents && (isMoney(before) || amountCents < restCents)) {
    const booked = book(cents(0));
    const held = isMoney(before) ? before.heldCents : cents(heldCents + amountCents);
    const changes = { review: before.review ?? "underpaid", heldCents: held } as const;
    return become(before, changes, "less than the price: to customer credit", [booked]);
  }
  const settled = before.review === "no-answer" || before.review === "underpaid";
  const review = settled ? null : before.review;
  if (before.unreceipted) {
    const booked = book(before.amountCents, true);
    const changes = { state: "paid", reason: null, receipt, unreceipted: false, corroborated: true, review } as const;
    return become(before, changes, "receipt joined", [booked, { kind: "verify-grant" }]);
  }
  if (isMoney(before)) {
    const effects: Effect[] = [book(cents(0))];
    const agrees = evidence.trust === "fetched" && !before.corroborated;
    if (agrees) effects.push({ kind: "verify-grant" });
    const changes = { review: before.review ?? "paid-twice", corroborated: before.corroborated || agrees } as const;
    return become(before, changes, "paid twice: to customer credit", effects);
  }
  const corroborated = before.corroborated || believed;
  // The whole price out of one payment leaves what is held alone: it stays the customer's.
  const useCents = amountCents >= before.amountCents ? cents(0) : heldCents;
  const effects: Effect[] = [book(cents(before.amountCents - useCents))];
  if (useCents > 0) effects.push({ kind: "use-credit", amountCents: useCents, receipt });
  effects.push({ kind: "open-grant", unverified: !corroborated });
  // Nobody asks any more about what had failed or was given up: begin again.
  if (!corroborated && (before.state === "failed" || before.state === "unknown")) effects.push({ kind: "ask" });
  const changes = { state: "paid", reason: null, receipt, corroborated, review, heldCents: cents(0) } as const;
  return become(before, changes, "paid", effects);
}

/** The channel says paid but names no receipt. Fetched: believed, provisionally. Pushed: only a reason to ask. */
function onUnreceipted(before: Purchase, evidence: Success): Transition {
  if (isMoney(before)) {
    if (evidence.trust === "pushed" || before.corroborated) return keep(before, "nothing new");
    return become(before, { corroborated: true }, "corroborated", [{ kind: "verify-grant" }]);
  }
  if (evidence.trust === "pushed") {
    if (before.state === "failed") return become(before, {}, "paid, without a receipt: asked", [{ kind: "ask" }]);
    return become(before, { state: "unknown" }, "paid, without a receipt: asked", [{ kind: "ask" }]);
  }
  const booked: Effect = { kind: "book-unreceipted", amountCents: before.amountCents, insteadOf: null };
  const changes = { state: "paid_unreceipted", reason: null, unreceipted: true, corroborated: true } as const;
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
    const changes = { state: "paid", receipt, unreceipted: false, corroborated: true, review } as const;
    return become(before, changes, "it exists after all: receipt joined", [restored, { kind: "verify-grant" }]);
  }
  if (known.state === "disproved") return keep(before, "disproved already");
  const isWitness = evidence.trust === "fetched" || evidence.source !== known.source;
  if (!isWitness || !isMoney(before)) return keep(before, "known already");
  const confirmed: Effect = { kind: "confirm-receipt", receipt };
  const paysThePlan = before.receipt === receipt || known.amountCents >= before.amountCents;
  if (before.corroborated || !paysThePlan) return become(before, {}, "known already", [confirmed]);
  return become(before, { corroborated: true }, "corroborated", [confirmed, { kind: "verify-grant" }]);
}

/** A claim that we can't believe is no failure either: before money the purchase is unknown, and a person may look. */
function doubt(
  before: Purchase,
  review: Review,
  outcome: string,
  ask: readonly Effect[] = [{ kind: "ask" }],
): Transition {
  const state = isMoney(before) || before.state === "failed" ? before.state : "unknown";
  return become(before, { state, review: before.review ?? review }, outcome, isMoney(before) ? [] : ask);
}

function isSending({ state, requestIdFrom }: Purchase): boolean {
  return (state === "created" || state === "sending") && requestIdFrom !== "answer";
}

function otherRequest(before: Purchase, evidence: { readonly requestId: string | null }): boolean {
  return before.requestId !== null && evidence.requestId !== before.requestId;
}

/** The request id, when we had none. What we fetched is as good as the push's own answer. */
function learn(
  before: Purchase,
  evidence: { readonly requestId: string | null; readonly trust: "pushed" | "fetched" },
): Partial<Purchase> {
  if (evidence.requestId === null || before.requestIdFrom === "answer") return {};
  if (before.requestId !== null && evidence.trust === "pushed") return {};
  return { requestId: evidence.requestId, requestIdFrom: evidence.trust === "fetched" ? "answer" : "callback" };
}
