/**
 * MONEY-ONCE of whose it is: what somebody asked for on a page is theirs, with its package; what the hub began itself is its payer's, or whose package it goes
 * on with; and what becomes credit or debt is that of the purchase's buyer, else of who paid the receipt. None of it is another's, and none is nobody's.
 */
import { isPaid } from "./booked-once.ts";
import type { HubBooks, Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

type Purchase = HubBooks["purchases"][number];

const isOwned = (account: string): boolean => account === "credit" || account === "debts";
/** A plan that was changed has its first name before this. */
const firstNameOf = (plan: string): string => plan.split(" (change")[0] ?? "";

/** From a phone to the hub, by a link that is slow. */
const askedWithinMs = 60_000;

export function* whoseMoney({ chronicle: { facts }, asked, clocksApartMs }: History): Iterable<Violation> {
  const moved = new Map(factsOf(facts, "money-moved").map((each) => [each.receipt, each]));
  const askers = new Map(factsOf(facts, "purchase-said").map(({ purchaseId, payer }) => [purchaseId, payer]));
  const bought = factsOf(facts, "bought");
  const wasRestored = factsOf(facts, "restored").length > 0;
  const ordered = factsOf(facts, "package-ordered").map(({ phone }) => phone);
  const said = new Set(factsOf(facts, "purchase-said").map(({ ask }) => ask));
  const unheard = [...asked.values()].filter(({ ask, what }) => what === "purchase" && !said.has(ask));
  /** Of phones that asked about then, and heard nothing of what they began. */
  const unheardBy = ({ createdAtMs }: Purchase) =>
    unheard
      .filter(({ atMs }) => Math.abs(createdAtMs - atMs) < askedWithinMs + clocksApartMs)
      .map(({ payer }) => payer);
  /** No page began it, and nobody paid it by hand. */
  const isOfHub = (purchase: Purchase, { receipts }: HubBooks) =>
    !askers.has(purchase.purchaseId) &&
    unheardBy(purchase).length === 0 &&
    receipts.some((each) => each.purchaseId === purchase.purchaseId && moved.get(each.receipt)?.isPrompted !== false);
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    if (books.purchases.every(({ buyer }) => buyer === undefined)) continue;
    const buyers = new Map(books.purchases.map(({ purchaseId, buyer }) => [purchaseId, buyer]));
    const mayBeOf = (purchase: Purchase): readonly unknown[] => {
      const { purchaseId } = purchase;
      const asker = askers.get(purchaseId);
      if (asker !== undefined) return [asker];
      const before = bought.find((each) => each.purchaseId === purchaseId)?.renews;
      const goesOnFrom = bought.find(({ rightId }) => rightId === before)?.purchaseId;
      if (goesOnFrom !== undefined) return [buyers.get(goesOnFrom)];
      const paid = books.receipts.filter((each) => each.purchaseId === purchaseId);
      return [...paid.map(({ receipt }) => moved.get(receipt)?.payer), ...unheardBy(purchase), ...ordered];
    };
    for (const purchase of books.purchases) {
      const { purchaseId, buyer, state } = purchase;
      if (buyer === undefined) continue;
      const right = mayBeOf(purchase);
      if (isPaid(state) && !right.includes(buyer))
        yield broken("MONEY-ONCE", atMs, `purchase ${purchaseId} is of ${buyer}, and ${right.join(" or ")} bought it`);
      if (isOfHub(purchase, books) && goesOnAlone(purchase, books))
        yield broken("MONEY-ONCE", atMs, `purchase ${purchaseId} of ${buyer} goes on from nothing`);
    }
    for (const { rightId, purchaseId, buyer, isRevoked } of books.grants) {
      // Made before a site gave back the one that the restore had lost: that one has the purchase now, and this one opens nothing.
      if (wasRestored && purchaseId === null && isRevoked) continue;
      if (buyer !== undefined && buyer !== buyers.get(purchaseId ?? ""))
        yield broken("MONEY-ONCE", atMs, `${rightId} is of ${buyer}, and ${buyers.get(purchaseId ?? "")} bought it`);
    }
    for (const { key, purchaseId, postings } of books.entries) {
      const owner = purchaseId === null ? moved.get(key.split(":").at(-1) ?? "")?.payer : buyers.get(purchaseId);
      for (const { account, party, amountCents } of postings)
        if (isOwned(account) && amountCents !== 0 && owner != null && party !== undefined && party !== owner)
          yield broken("MONEY-ONCE", atMs, `${account} of ${party} changes by ${key}, which is money of ${owner}`);
    }
  }
}

/** The hub began it by itself, and its buyer had that plan, which nobody took back: their devices would not have what goes on from nothing. */
function goesOnAlone({ purchaseId, buyer, plan }: Purchase, { purchases, grants }: HubBooks): boolean {
  const isOfPlan = (other: Purchase) => other.buyer === buyer && firstNameOf(other.plan) === firstNameOf(plan);
  const own = new Set(purchases.filter(isOfPlan).map((other) => other.purchaseId));
  // Ids are in the order in which things were made.
  const had = grants.some((one) => own.has(one.purchaseId ?? "") && !one.isRevoked && one.rightId < purchaseId);
  return had && grants.some((one) => one.purchaseId === purchaseId && one.goesOnFrom == null);
}
