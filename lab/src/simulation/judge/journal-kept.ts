/** JOURNAL-KEPT: what a customer or a seller was told is in the books for ever, through any crash. */
import { hasCookie } from "./at-hotspot.ts";
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, isIn, isOfRight } from "./history.ts";

export function* journalKept(history: History): Iterable<Violation> {
  if (history.wasDamaged) return;
  const { facts } = history.chronicle;
  const taken = takenCodes(history);
  const begun = new Set<string>();
  for (const { books, atMs } of factsOf(facts, "books")) {
    const known = new Set([...books.spent, ...books.grants.map(({ rightId }) => rightId)]);
    for (const [rightId, takenMs] of taken) {
      if (takenMs < atMs && ![...known].some(isOfRight(rightId)))
        yield broken("JOURNAL-KEPT", atMs, `${rightId} was taken at ${takenMs}, and the books do not know it`);
    }
    for (const { saleId, rightId, atMs: soldMs } of factsOf(facts, "sold")) {
      const isKnown = known.has(rightId) || books.sales.some((sale) => sale.saleId === saleId);
      if (soldMs < atMs && !isKnown)
        yield broken(
          "JOURNAL-KEPT",
          atMs,
          `the code of sale ${saleId} was shown at ${soldMs}, and the books do not know it`,
        );
    }
    // While the disk refuses, the memory is ahead of it, and nobody was told so.
    if (isIn(history.troubles, atMs)) continue;
    const running = books.grants.filter(({ startedAtMs }) => startedAtMs !== null).map(({ rightId }) => rightId);
    const now = new Set([...books.spent, ...running]);
    for (const rightId of begun)
      if (!now.has(rightId) && books.when !== "before-stop")
        yield broken("JOURNAL-KEPT", atMs, `${rightId} had begun in earlier books, and has not in these`);
    for (const rightId of now) begun.add(rightId);
  }
}

/** When a code was taken for the first time, by the page or at the hotspot; there it may be online by its cookie, which its router posted meanwhile. */
function takenCodes({ chronicle: { facts }, asked }: History): Map<string, number> {
  const taken = new Map<string, number>();
  for (const fact of [...factsOf(facts, "answered"), ...factsOf(facts, "hotspot-said")]) {
    const ask = asked.get(fact.ask);
    const isTaken =
      fact.kind === "answered"
        ? ask?.what === "code" && fact.code === "ok"
        : ask?.what === "account" && fact.isOnline && !hasCookie(facts, ask, fact.atMs);
    if (isTaken && ask?.rightId != null && !taken.has(ask.rightId)) taken.set(ask.rightId, fact.atMs);
  }
  return taken;
}
