/**
 * PROVED-ONLY of who paid: money pays for its payer's own purchase, for the one whose reference was typed, or for what was claimed with its receipt and
 * its payer's number. Who merely looks like the payer, or has seen the receipt, gets nothing by it.
 */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function paysOwn(history: History): Violation[] {
  return [...paidByOthers(history), ...letInByOthers(history)];
}

function paidByOthers({ chronicle: { facts } }: History): Violation[] {
  const moved = new Map(factsOf(facts, "money-moved").map((each) => [each.receipt, each]));
  const payers = new Map(factsOf(facts, "purchase-said").map(({ purchaseId, payer }) => [purchaseId, payer]));
  const claimed = new Set(factsOf(facts, "asked").flatMap(({ what, receipt }) => (what === "claim" ? [receipt] : [])));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const references = new Map(books.purchases.map(({ purchaseId, reference }) => [purchaseId, reference]));
    return books.receipts.flatMap(({ receipt, purchaseId, planCents }): Violation[] => {
      const money = moved.get(receipt);
      const payer = payers.get(purchaseId ?? "");
      if (purchaseId === null || planCents === 0 || money?.payer === undefined || payer === undefined) return [];
      const isOwn = money.payer === payer || money.reference === references.get(purchaseId) || claimed.has(receipt);
      if (isOwn) return [];
      const what = `${receipt} of ${money.payer} for "${money.reference}" pays purchase ${purchaseId} of ${payer}`;
      return [{ invariant: "PROVED-ONLY", atMs, what }];
    });
  });
}

function letInByOthers({ chronicle: { facts } }: History): Violation[] {
  const strangers = new Map(
    factsOf(facts, "asked").flatMap((fact) => (fact.what === "false-claim" ? [[fact.ask, fact]] : [])),
  );
  return factsOf(facts, "hotspot-said").flatMap(({ ask, isOnline, atMs }): Violation[] => {
    const asked = strangers.get(ask);
    if (asked === undefined || !isOnline) return [];
    return [
      {
        invariant: "PROVED-ONLY",
        atMs,
        what: `phone ${asked.phone} is online by ${asked.receipt}, which another paid`,
      },
    ];
  });
}
