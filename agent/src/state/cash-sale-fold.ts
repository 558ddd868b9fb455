/** What was sold for cash at this site, in the state: by grant, by code, and how much each seller took. */
import type { CashSale, SiteState } from "./site-state.ts";

/** In place; the same sale twice is one. `counts` false: from a snapshot, which has the sellers' sums itself. */
export function addSale(
  state: Pick<SiteState, "sales" | "saleOfCode" | "soldCents">,
  sale: CashSale,
  counts = true,
): void {
  const { saleId, sellerId, planId, priceCents, currency, code, atMs, grant } = sale;
  if (state.sales.has(grant.grantId)) return;
  state.sales.set(grant.grantId, { saleId, sellerId, planId, priceCents, currency, code, atMs, grant });
  state.saleOfCode.set(code, grant.grantId);
  if (counts) state.soldCents.set(sellerId, (state.soldCents.get(sellerId) ?? 0) + priceCents);
}
