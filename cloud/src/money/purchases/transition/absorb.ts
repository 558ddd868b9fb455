import type { Evidence } from "../../evidence/evidence.ts";
import type { Effect, KnownReceipt, OtherReceipt, Purchase, Transition } from "./purchase-facts.ts";
import { transition } from "./transition.ts";

/**
 * Applies new evidence to a purchase, and then the parked evidence that can be decided after it. Pure.
 * @param items the new evidence first, then the parked, oldest first
 * @param known receipts in the books, by receipt: those that the items name, and with a disproof all of the purchase
 * @returns steps in their order; `index` points into `items`. The last step of an index is its outcome.
 */
export function absorb(
  before: Purchase,
  items: readonly Evidence[],
  known: ReadonlyMap<string, KnownReceipt>,
  mayTrust = true,
): { after: Purchase; steps: { index: number; transition: Transition }[] } {
  const books = new Map(known);
  const steps: { index: number; transition: Transition }[] = [];
  let after = before;
  let waiting = items.map((_, index) => index);
  for (let progress = true; progress && waiting.length > 0; ) {
    progress = false;
    const parked: number[] = [];
    for (const index of waiting) {
      const evidence = items[index] as Evidence;
      const receipt = receiptOf(evidence);
      const known = receipt === null ? null : (books.get(receipt) ?? null);
      const others = othersIn(books, before.purchaseId, receipt);
      const step = transition(after, evidence, { known, others, mayTrust });
      steps.push({ index, transition: step });
      after = step.next;
      for (const effect of step.effects) {
        remember(books, before.purchaseId, effect);
      }
      if (step.parked) parked.push(index);
      else progress = true;
    }
    waiting = parked;
  }
  return { after, steps };
}

/** The receipt that evidence names; null when none. */
export function receiptOf(evidence: Evidence): string | null {
  return "receipt" in evidence && evidence.kind !== "spent-credit" ? evidence.receipt : null;
}

function othersIn(books: ReadonlyMap<string, KnownReceipt>, purchaseId: string, but: string | null): OtherReceipt[] {
  return [...books].flatMap(([receipt, known]) =>
    known.purchaseId === purchaseId && receipt !== but ? [{ receipt, ...known }] : [],
  );
}

/** Notes in `books` what an effect does to receipts. */
export function remember(books: Map<string, KnownReceipt>, purchaseId: string, effect: Effect): void {
  if (effect.kind === "book-receipt") {
    const { receipt, amountCents } = effect;
    const before = books.get(receipt);
    const verified = before?.verified === true || effect.provedBy !== null;
    const source = before?.source ?? effect.source;
    books.set(receipt, { purchaseId, amountCents, state: "booked", source, verified });
    return;
  }
  if (effect.kind === "hold-receipt") {
    const { receipt, amountCents, source, provedBy } = effect;
    const held = books.get(receipt) ?? { amountCents, state: "suspense", source, verified: false };
    books.set(receipt, { ...held, purchaseId, verified: held.verified || provedBy !== null });
    return;
  }
  const known = "receipt" in effect ? books.get(effect.receipt) : undefined;
  if (!("receipt" in effect) || known === undefined) return;
  if (effect.kind === "confirm-receipt") books.set(effect.receipt, { ...known, verified: true });
  if (effect.kind === "release-receipt") books.set(effect.receipt, { ...known, purchaseId: null, state: "credit" });
  if (effect.kind === "undo-receipt") books.set(effect.receipt, { ...known, state: effect.because });
  if (effect.kind === "restore-receipt") {
    const { amountCents } = effect;
    books.set(effect.receipt, { ...known, amountCents, state: "credit", verified: true });
  }
}
