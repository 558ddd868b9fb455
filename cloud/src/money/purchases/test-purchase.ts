/** One purchase and what can be heard of it, for the tests of `transition.ts`: its evidence, and the shell in small. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import fc from "fast-check";
import type { Evidence } from "../evidence/evidence.ts";
import { balances, type Posting } from "../ledger/entries.ts";
import { type BookedReceipt, replacePlanPayment, undoEntry } from "../receipts/receipt-entries.ts";
import { effectEntry } from "./effect-entries.ts";
import { absorb, remember } from "./transition/absorb.ts";
import type { Effect, KnownReceipt, Purchase } from "./transition/purchase-facts.ts";

export const price = cents(5000);
export const requestId = "ws_CO_1";

export const sending: Purchase = {
  purchaseId: "i1",
  amountCents: price,
  askedCents: price,
  state: "sending",
  reason: null,
  requestId: null,
  requestIdFrom: null,
  receipt: null,
  unreceipted: false,
  verified: false,
  review: null,
  heldCents: cents(0),
  refundedCents: cents(0),
  pendingCents: cents(0),
  toldCents: cents(0),
  provedCreditCents: cents(0),
  isFromCredit: false,
  isGivenBack: false,
  siteIsDeleted: false,
};

export const accepted: Evidence = { kind: "accepted", source: "push-answer", requestId };
export const answerLost: Evidence = { kind: "unknown", source: "push-answer", why: "HTTP 500" };
export const callback = (receipt: string | null, amountCents: Cents | null = price, id = requestId): Evidence => ({
  kind: "success",
  source: "stk-callback",
  trust: "pushed",
  requestId: id,
  receipt,
  amountCents,
});
export const twin = (receipt: string, amountCents: Cents = price): Evidence => ({
  kind: "success",
  source: "transaction-status",
  trust: "fetched",
  requestId: null,
  receipt,
  amountCents,
});
export const queryPaid: Evidence = {
  kind: "success",
  source: "stk-query",
  trust: "fetched",
  requestId,
  receipt: null,
  amountCents: null,
};
export const cancelled: Evidence = {
  kind: "failure",
  source: "stk-callback",
  trust: "pushed",
  requestId,
  reason: "cancelled",
};
export const queryFailed: Evidence = {
  kind: "failure",
  source: "stk-query",
  trust: "fetched",
  requestId,
  reason: "unreachable",
};
export const nobodyKnows: Evidence = { kind: "unknown", source: "stk-query", why: "4999" };
export const stillOpen: Evidence = { ...nobodyKnows, early: true };
export const giveUp: Evidence = { kind: "give-up", source: "silence", why: "24 h" };

/**
 * The shell in small: parks, books and remembers as the hub does, with plain values instead of tables.
 * @param mayTrust has the hourly limit room left, when this piece of evidence comes?
 * @param start the purchase before its evidence, and what its customer has
 */
export function run(
  evidence: readonly Evidence[],
  mayTrust: (index: number) => boolean = () => true,
  start: { readonly purchase: Purchase; readonly creditCents: number } = { purchase: sending, creditCents: 0 },
) {
  let { purchase } = start;
  let parked: Evidence[] = [];
  const known = new Map<string, KnownReceipt>();
  const effects: Effect[] = [];
  const has = cents(start.creditCents);
  const lines: Posting[] =
    has === 0
      ? []
      : [
          { account: "cash", currency: "KES", amountCents: has },
          { account: "credit", currency: "KES", amountCents: cents(-has) },
        ];
  const entries: string[] = [];
  const booked = new Map<string, BookedReceipt>();
  const context = {
    channelId: "c1",
    rail: "mpesa",
    currency: "KES",
    purchaseId: purchase.purchaseId,
    priceCents: purchase.amountCents,
  };
  for (const [index, item] of evidence.entries()) {
    const items = [item, ...parked];
    const { after, steps } = absorb(purchase, items, known, mayTrust(index));
    purchase = after;
    const last = new Map(steps.map((step) => [step.index, step.transition.parked]));
    parked = items.filter((_, index) => last.get(index) === true);
    for (const effect of steps.flatMap((step) => step.transition.effects)) {
      effects.push(effect);
      if (effect.kind === "undo-receipt") {
        const books = booked.get(effect.receipt)!;
        const { "credit KES": credit = 0, "debts KES": debtCents = 0 } = balances(lines);
        const usedCents = effect.returnsCredit ? purchase.amountCents - books.planCents : 0;
        const { refundedCents, pendingCents } = effect;
        lines.push(
          ...undoEntry(books, effect.because, -credit, context, { usedCents, debtCents, refundedCents, pendingCents })
            .postings,
        );
      }
      if (effect.kind === "replace-receipt") {
        const after = replacePlanPayment(booked.get(effect.receipt)!, booked.get(effect.by)!);
        booked.set(effect.receipt, after.from).set(effect.by, after.to);
      }
      if (effect.kind === "book-receipt") {
        const { receipt, amountCents, planCents, creditCents } = effect;
        booked.set(receipt, { receipt, amountCents, planCents, creditCents, suspenseCents: 0 });
      }
      if (effect.kind === "hold-receipt") {
        const { receipt, amountCents } = effect;
        booked.set(receipt, { receipt, amountCents, planCents: 0, creditCents: 0, suspenseCents: amountCents });
      }
      remember(known, purchase.purchaseId, effect);
      const entry = effectEntry(effect, context);
      if (entry !== null) entries.push(entry.entryKey);
      if (entry !== null) lines.push(...entry.postings);
    }
  }
  const count = (kind: Effect["kind"]) => effects.filter((effect) => effect.kind === kind).length;
  return {
    purchase,
    receipts: [...known.keys()].sort(),
    booked: count("book-receipt"),
    /** Their keys: each is unique in the books. */
    entries,
    /** What of each receipt pays the plan, and what is credit. */
    uses: Object.fromEntries(
      [...booked].map(([receipt, { planCents, creditCents }]) => [receipt, [planCents, creditCents]]),
    ),
    held: [...known.values()].filter(({ state }) => state === "suspense").length,
    grants: count("open-grant"),
    revoked: count("revoke-grant"),
    balances: balances(lines),
  };
}

/** What must be the same, in whatever order its evidence came. */
export const money = (result: ReturnType<typeof run>) => ({
  state: result.purchase.state,
  verified: result.purchase.verified,
  unreceipted: result.purchase.unreceipted,
  hasReceipt: result.purchase.receipt !== null,
  receipts: result.receipts,
  grants: result.grants,
  balances: result.balances,
  held: result.held,
});

/** Money that the channel pushed to us by another path, and that it listed when we asked. */
export const confirmed = (receipt: string, amountCents: Cents = price): Evidence => ({
  ...(twin(receipt, amountCents) as Extract<Evidence, { kind: "success" }>),
  source: "c2b-confirmation",
  trust: "pushed",
});
export const listed = (receipt: string, amountCents: Cents = price): Evidence => ({
  ...(twin(receipt, amountCents) as Extract<Evidence, { kind: "success" }>),
  source: "pull",
});
export const reversal: Evidence = { kind: "reversal", source: "statement", receipt: "R1" };
export const disproof: Evidence = { kind: "disproof", source: "transaction-status", receipt: "R1", why: "2032" };

/** Of one purchase, true and false, for multisets of it. */
export const anyEvidence = fc.constantFrom<Evidence>(
  callback("R1"),
  callback("R1"),
  callback("R2"),
  callback(null, null),
  callback("R3", cents(100)),
  callback("R4", price, "forged"),
  twin("R1"),
  twin("R5", cents(1200)),
  queryPaid,
  queryFailed,
  cancelled,
  nobodyKnows,
  stillOpen,
  giveUp,
);
