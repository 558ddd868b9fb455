import type { Evidence } from "../evidence/evidence.ts";
import type { Effect, KnownReceipt, OtherReceipt, Purchase, Transition } from "./payment-facts.ts";
import { transition } from "./transition.ts";

/**
 * Takes in one new fact, and with it all parked ones that it makes judgeable.
 * @param items the new evidence first, then what is parked, oldest first
 * @param known receipts in the books, by receipt: those that the items name, and with a disproof all of the purchase
 * @returns steps in the order they were taken; `index` points into `items`. The last step of an index is its outcome.
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
      const step = transition(after, evidence, known, mayTrust, othersIn(books, before.intentId, receipt));
      steps.push({ index, transition: step });
      after = step.next;
      for (const effect of step.effects) {
        remember(books, before.intentId, effect);
      }
      if (step.parked) parked.push(index);
      else progress = true;
    }
    waiting = parked;
  }
  return { after, steps };
}

/** The receipt that a fact names; null when none. */
export function receiptOf(evidence: Evidence): string | null {
  return "receipt" in evidence ? evidence.receipt : null;
}

function othersIn(books: ReadonlyMap<string, KnownReceipt>, intentId: string, but: string | null): OtherReceipt[] {
  return [...books].flatMap(([receipt, known]) =>
    known.intentId === intentId && receipt !== but ? [{ receipt, ...known }] : [],
  );
}

/** What the books know of receipts after an effect. */
export function remember(books: Map<string, KnownReceipt>, intentId: string, effect: Effect): void {
  if (effect.kind === "book-receipt") {
    const { receipt, amountCents, proven } = effect;
    const source = books.get(receipt)?.source ?? effect.source;
    books.set(receipt, { intentId, amountCents, state: "booked", source, corroborated: proven });
    return;
  }
  if (effect.kind === "hold-receipt") {
    const { receipt, amountCents, source } = effect;
    const loose = books.get(receipt) ?? { amountCents, state: "suspense", source, corroborated: false };
    books.set(receipt, { ...loose, intentId });
    return;
  }
  const known = "receipt" in effect ? books.get(effect.receipt) : undefined;
  if (!("receipt" in effect) || known === undefined) return;
  if (effect.kind === "confirm-receipt") books.set(effect.receipt, { ...known, corroborated: true });
  if (effect.kind === "undo-receipt") books.set(effect.receipt, { ...known, state: effect.because });
  if (effect.kind === "restore-receipt") books.set(effect.receipt, { ...known, state: "credit", corroborated: true });
}
