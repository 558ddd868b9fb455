/** What was sold for cash at this site, in the state: by grant, by code, and how much each seller took. */
import type { CashSale, RecentSale, SiteState } from "./site-state.ts";

/** In place; the same sale twice is one. `counts` false: from a snapshot, which has the sellers' sums itself. */
export function addSale(
  state: Pick<SiteState, "sales" | "saleOfCode" | "soldCents" | "recentSales">,
  sale: CashSale,
  counts = true,
): void {
  const { saleId, sellerId, planId, priceCents, currency, code, atMs, grant } = sale;
  if (state.sales.has(grant.grantId)) return;
  state.sales.set(grant.grantId, { saleId, sellerId, planId, priceCents, currency, code, atMs, grant });
  state.saleOfCode.set(code, grant.grantId);
  if (!counts) return;
  state.soldCents.set(sellerId, (state.soldCents.get(sellerId) ?? 0) + priceCents);
  // Records come in order: a sale of after this one was written by a clock that was ahead.
  const before = state.recentSales.get(sellerId) ?? [];
  state.recentSales.set(
    sellerId,
    before.map((one) => (one.atMs > atMs ? { ...one, atMs } : one)),
  );
  addRecentSale(state, sellerId, { atMs, priceCents, currency });
}

const dayMs = 86_400_000;
/** Longer than a day in any time zone. */
const recentMs = 2 * dayMs;

/** Sales in any order: those of the last two days before the newest are kept. */
export function addRecentSale(state: Pick<SiteState, "recentSales">, sellerId: string, sale: RecentSale): void {
  const all = [...(state.recentSales.get(sellerId) ?? []), sale].sort((one, other) => one.atMs - other.atMs);
  const newestMs = all.at(-1)?.atMs ?? 0;
  state.recentSales.set(
    sellerId,
    all.filter(({ atMs }) => atMs > newestMs - recentMs),
  );
}

/** Sales of sellers who sell no more are counted for no day. */
export function dropOldSales({ recentSales }: Pick<SiteState, "recentSales">, nowMs: number): void {
  for (const [sellerId, sales] of recentSales)
    if (sales.every(({ atMs }) => atMs <= nowMs - recentMs)) recentSales.delete(sellerId);
}

/**
 * How many sales a seller made in the day that began then, and their sums by currency. What a clock that was ahead wrote is of no day until the next
 * sale says when it was at the latest: counted as today's, a full day would be full until that date.
 */
export function salesOfDay(
  state: Pick<SiteState, "recentSales">,
  sellerId: string,
  beganMs: number,
): { readonly count: number; readonly sums: ReadonlyMap<string, number> } {
  const sales = (state.recentSales.get(sellerId) ?? []).filter(({ atMs }) => atMs >= beganMs && atMs < beganMs + dayMs);
  const sums = new Map<string, number>();
  for (const { currency, priceCents } of sales) sums.set(currency, (sums.get(currency) ?? 0) + priceCents);
  return { count: sales.length, sums };
}
