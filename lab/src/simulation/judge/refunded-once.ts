/** MONEY-ONCE of what is given back: no more than a purchase cost, in the way that staff were asked for, and not all of what was used by then, also where its site was silent. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

/** What ran for so long has no whole time any more, by any clock of the story. */
const surelyUsedMs = 10 * 60_000;

export function refundedOnce({ chronicle: { facts }, rights, troubles, wasDamaged }: History): Violation[] {
  const isClockWell = !wasDamaged && troubles.every(({ trouble }) => trouble !== "clock");
  // What waits runs less long than it was had.
  const held = new Set(factsOf(facts, "held").map(({ rightId }) => rightId));
  const bought = new Map(factsOf(facts, "bought").map(({ purchaseId, rightId }) => [purchaseId, rightId]));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "MONEY-ONCE", atMs, what });
    return books.purchases.flatMap(({ purchaseId, priceCents, state, review }) => {
      const own = (books.refunds ?? []).filter((refund) => refund.purchaseId === purchaseId);
      const backCents = own.reduce((sum, { amountCents }) => sum + amountCents, 0);
      const entries = books.entries.filter((each) => each.purchaseId === purchaseId && each.key.startsWith("refund:"));
      const bookedCents = entries
        .flatMap(({ postings }) => postings.filter(({ account }) => account === "refunds"))
        .reduce((sum, { amountCents }) => sum + amountCents, 0);
      if (bookedCents !== backCents)
        return [broken(`purchase ${purchaseId} was given back with ${backCents}, and ${bookedCents} is in the ledger`)];
      const asked = factsOf(facts, "giving-back").filter((each) => each.purchaseId === purchaseId);
      const gave = entries.flatMap(({ postings }) => postings.filter(({ account }) => account !== "refunds"));
      const other = [...own.map(({ method }) => method), ...gave.map(({ account }) => account)].find((way) =>
        asked.every(({ method }) => method !== way),
      );
      if (other !== undefined)
        return [broken(`purchase ${purchaseId} was given back as ${other}, and nobody asked for that`)];
      if (backCents > priceCents)
        return [broken(`purchase ${purchaseId} for ${priceCents} was given back with ${backCents}`)];
      if (state === "reversed" && backCents > 0 && review === null)
        return [
          broken(`purchase ${purchaseId} was given back by staff and by the channel, and nobody is to look at it`),
        ];
      const { terms, firstOnlineMs, takenBackMs } = rights.get(bought.get(purchaseId) ?? "") ?? {};
      if (backCents < priceCents || terms?.validitySeconds == null || firstOnlineMs == null || takenBackMs == null)
        return [];
      const ranMs = takenBackMs - firstOnlineMs;
      if (!isClockWell || ranMs < surelyUsedMs || held.has(bought.get(purchaseId) ?? "")) return [];
      return [broken(`purchase ${purchaseId} ran for ${Math.round(ranMs / 1000)} s, and all of it was given back`)];
    });
  });
}
