/**
 * PROVED-ONLY of who paid: money pays for its payer's own purchase, for the one whose reference was typed, or for what was claimed with its receipt and
 * its payer's number. Who merely looks like the payer, or has seen the receipt, gets nothing by it.
 */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

export function* paysOwn({ chronicle: { facts }, asked }: History): Iterable<Violation> {
  const moved = new Map(factsOf(facts, "money-moved").map((each) => [each.receipt, each]));
  const payers = new Map(factsOf(facts, "purchase-said").map(({ purchaseId, payer }) => [purchaseId, payer]));
  const claimed = new Set(factsOf(facts, "asked").flatMap(({ what, receipt }) => (what === "claim" ? [receipt] : [])));
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    const references = new Map(books.purchases.map(({ purchaseId, reference }) => [purchaseId, reference]));
    for (const { receipt, purchaseId, planCents } of books.receipts) {
      const money = moved.get(receipt);
      const payer = payers.get(purchaseId ?? "");
      if (purchaseId === null || planCents === 0 || money?.payer === undefined || payer === undefined) continue;
      const isOwn = money.payer === payer || money.reference === references.get(purchaseId) || claimed.has(receipt);
      const what = `${receipt} of ${money.payer} for "${money.reference}" pays purchase ${purchaseId} of ${payer}`;
      if (!isOwn) yield broken("PROVED-ONLY", atMs, what);
    }
  }
  for (const { ask, isOnline, atMs } of factsOf(facts, "hotspot-said")) {
    const { what, phone, receipt } = asked.get(ask) ?? {};
    if (what === "false-claim" && isOnline)
      yield broken("PROVED-ONLY", atMs, `phone ${phone} is online by ${receipt}, which another paid`);
  }
}
