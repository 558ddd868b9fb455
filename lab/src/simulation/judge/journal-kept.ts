/** JOURNAL-KEPT: what a customer or a seller was told is in the books for ever, through any crash. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";

/** A line whose package begins anew with each period has a grant of its own for each: `<right>.<its beginning>`. */
const isPeriodOf = (rightId: string) => (grantId: string) => grantId.startsWith(`${rightId}.`);

export function journalKept(history: History): Violation[] {
  if (history.wasDamaged) return [];
  const { asked } = history;
  const { facts } = history.chronicle;
  const found: Violation[] = [];
  const taken = new Map<string, number>();
  for (const { ask, code, atMs } of factsOf(facts, "answered")) {
    const what = asked.get(ask);
    if (what?.what === "code" && what.rightId !== null && code === "ok" && !taken.has(what.rightId))
      taken.set(what.rightId, atMs);
  }
  const back = factsOf(facts, "came-back");
  for (const { ask, isOnline, atMs } of factsOf(facts, "hotspot-said")) {
    const what = asked.get(ask);
    // It may be online by its cookie, which its router posted meanwhile, too.
    const isByCookie = back.some(
      (each) => each.phone === what?.phone && each.atMs >= what.atMs - 5000 && each.atMs <= atMs,
    );
    if (what?.what === "account" && what.rightId !== null && isOnline && !isByCookie && !taken.has(what.rightId))
      taken.set(what.rightId, atMs);
  }
  const begun = new Map<string, number>();
  for (const { books, atMs } of factsOf(facts, "books")) {
    const starts = new Map<string, number | null>(books.spent.map((rightId) => [rightId, 0]));
    for (const grant of books.grants) starts.set(grant.rightId, grant.startedAtMs);
    for (const [rightId, takenMs] of taken) {
      if (takenMs >= atMs || starts.has(rightId) || [...starts.keys()].some(isPeriodOf(rightId))) continue;
      found.push({
        invariant: "JOURNAL-KEPT",
        atMs,
        what: `${rightId} was taken at ${takenMs}, and the books do not know it`,
      });
    }
    for (const sale of factsOf(facts, "sold")) {
      const isKnown = starts.has(sale.rightId) || books.sales.some(({ saleId }) => saleId === sale.saleId);
      if (sale.atMs >= atMs || isKnown) continue;
      found.push({
        invariant: "JOURNAL-KEPT",
        atMs,
        what: `the code of sale ${sale.saleId} was shown at ${sale.atMs}, and the books do not know it`,
      });
    }
    // While the disk refuses, the memory is ahead of it, and nobody was told so.
    if (touches(history.troubles, { fromMs: atMs, toMs: atMs })) continue;
    for (const [rightId, startedAtMs] of starts) if (startedAtMs !== null) begun.set(rightId, startedAtMs);
    for (const rightId of begun.keys())
      if ((starts.get(rightId) ?? null) === null && books.when !== "before-stop")
        found.push({
          invariant: "JOURNAL-KEPT",
          atMs,
          what: `${rightId} had begun in earlier books, and has not in these`,
        });
  }
  return found;
}
