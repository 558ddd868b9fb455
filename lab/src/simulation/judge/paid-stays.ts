/** PAID-STAYS: a page that said "paid" never says anything else of this purchase, and neither do the books. */
import { isPaid, lacksItsCredit } from "./booked-once.ts";
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, returnedPurchases, reversedByMistake, toldOnly } from "./history.ts";

export function paidStays({ chronicle: { facts } }: History): Violation[] {
  const found: Violation[] = [];
  const returned = returnedPurchases(facts);
  const told = new Set([...toldOnly(facts).keys(), ...reversedByMistake(facts)]);
  const paid = new Set<string>();
  /** Since the agent came up last. Before, it may have known what it can't know now: its disk refused, and the hub is away. */
  const saidByThis = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === "agent-up") saidByThis.clear();
    if (fact.kind !== "purchase-said" || told.has(fact.purchaseId)) continue;
    const { purchaseId, state, atMs } = fact;
    // Its payer has the money again, and the hub may have read so in a statement.
    if ((returned.get(purchaseId) ?? Number.POSITIVE_INFINITY) <= atMs) continue;
    if (state === "paid") {
      paid.add(purchaseId);
      saidByThis.add(purchaseId);
    } else if (paid.has(purchaseId) && (state !== "unknown" || saidByThis.has(purchaseId)))
      found.push({ invariant: "PAID-STAYS", atMs, what: `purchase ${purchaseId} was paid, and is shown as ${state}` });
  }
  const isRestored = factsOf(facts, "restored").length > 0;
  for (const { books, atMs } of factsOf(facts, "hub-books"))
    for (const purchase of books.purchases) {
      const { purchaseId, state } = purchase;
      const isLookedAt = isRestored && lacksItsCredit(books, purchase);
      if (paid.has(purchaseId) && !isPaid(state) && state !== "disproved" && !returned.has(purchaseId) && !isLookedAt)
        found.push({
          invariant: "PAID-STAYS",
          atMs,
          what: `purchase ${purchaseId} was paid, and is ${state} in the books`,
        });
    }
  return found;
}
