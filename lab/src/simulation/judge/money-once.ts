/** MONEY-ONCE at a counter: a sale is one sale however often it is sent, and a seller owes what was sold, to the cent. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function moneyOnce(history: History): Violation[] {
  const { facts, plans } = history.chronicle;
  const found: Violation[] = [];
  const codes = new Map<string, string>();
  const soldMs = new Map<string, number>();
  const starts = factsOf(facts, "agent-up").map(({ atMs }) => atMs);
  const sellers = new Map<string, string>();
  for (const { saleId, seller, code, atMs } of factsOf(facts, "sold")) {
    const before = codes.get(saleId);
    const first = sellers.get(saleId) ?? seller;
    // Of a sale whose record is lost a site alone knows nothing: sent again it is a new one, and its seller owes one.
    const sinceMs = soldMs.get(saleId) ?? atMs;
    // Written to a stick that is damaged already, it is lost at the next start.
    const isUnread = history.wasDamaged && starts.some((startMs) => startMs > sinceMs && startMs <= atMs);
    const isForgotten = isUnread || history.losses.some((lostMs) => lostMs >= sinceMs && lostMs <= atMs);
    if (before !== undefined && before !== code && !isForgotten)
      found.push({ invariant: "MONEY-ONCE", atMs, what: `sale ${saleId} has two codes` });
    if (first !== seller && !isForgotten)
      found.push({
        invariant: "MONEY-ONCE",
        atMs,
        what: `the code of sale ${saleId} of ${first} was shown to ${seller}`,
      });
    sellers.set(saleId, seller);
    codes.set(saleId, code);
    soldMs.set(saleId, atMs);
  }
  if (new Set(codes.values()).size !== codes.size)
    found.push({ invariant: "MONEY-ONCE", atMs: history.endsAtMs, what: "two sales have one code" });
  for (const { books, atMs } of factsOf(facts, "books")) {
    const booked = books.sales.reduce((sum, { priceCents }) => sum + priceCents, 0);
    const owed = Object.values(books.soldCents).reduce((sum, cents) => sum + cents, 0);
    // Of a sale whose code is used up only the sum is kept.
    const isFolded = books.spent.some((rightId) => history.rights.get(rightId)?.right.kind === "sold");
    // What its hub tells a site again comes page by page: who stops it in between reads sales without what their sellers owe.
    const mayBeHalfTold = !history.isAlone && books.when !== "end" && history.losses.some((lostMs) => lostMs <= atMs);
    if (!mayBeHalfTold && (isFolded ? booked > owed : booked !== owed))
      found.push({ invariant: "MONEY-ONCE", atMs, what: `sellers owe ${owed}, the sales make ${booked}` });
    const once = new Set(books.sales.map(({ saleId }) => saleId));
    if (once.size !== books.sales.length) found.push({ invariant: "MONEY-ONCE", atMs, what: "a sale is booked twice" });
    if (history.wasDamaged) continue;
    const shown = new Map(
      factsOf(facts, "sold")
        .filter((sale) => sale.atMs < atMs)
        .map((sale) => [sale.saleId, plans[sale.plan]?.priceCents ?? 0]),
    );
    const least = [...shown.values()].reduce((sum, cents) => sum + cents, 0);
    if (owed < least)
      found.push({ invariant: "MONEY-ONCE", atMs, what: `codes for ${least} were shown, sellers owe ${owed}` });
  }
  return found;
}
