/**
 * PROVED-ONLY of who paid: money goes to its payer's own purchase, to the one whose reference was typed, or to what the phone began on which it was claimed
 * with its receipt and its payer's number; also where it is credit there. Who merely looks like the payer, or has seen the receipt, gets nothing by it.
 */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

export function* paysOwn({ chronicle: { facts }, asked }: History): Iterable<Violation> {
  const moved = new Map(factsOf(facts, "money-moved").map((each) => [each.receipt, each]));
  const payers = new Map(factsOf(facts, "purchase-said").map(({ purchaseId, payer }) => [purchaseId, payer]));
  const claims = factsOf(facts, "asked").filter(({ what }) => what === "claim");
  const begun = new Map(
    factsOf(facts, "purchase-said").map(({ purchaseId, ask }) => [purchaseId, asked.get(ask)?.phone]),
  );
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    const references = new Map(books.purchases.map(({ purchaseId, reference }) => [purchaseId, reference]));
    for (const { receipt, purchaseId } of books.receipts) {
      const money = moved.get(receipt);
      const payer = payers.get(purchaseId ?? "");
      if (purchaseId === null || money?.payer === undefined || payer === undefined) continue;
      const isClaimed = claims.some((each) => each.receipt === receipt && each.phone === begun.get(purchaseId));
      const isOwn = money.payer === payer || money.reference === references.get(purchaseId) || isClaimed;
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
