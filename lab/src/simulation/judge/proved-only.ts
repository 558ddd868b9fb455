/**
 * PROVED-ONLY: where no money moved nothing is sold, and what a stranger made up is in no book. Where the stranger knows the right address, what was only
 * told is proved by nothing, no revenue, and pays nothing out; and of another amount than was asked for it opens nothing, and in an hour no more than the
 * provider's limit.
 */
import { isPaid } from "./booked-once.ts";
import type { HubBooks, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, toldOnly } from "./history.ts";

/** From word to word: what each of them opened was opened a little later. */
const almostAnHourMs = 50 * 60_000;

export function* provedOnly({ chronicle: { facts } }: History): Iterable<Violation> {
  const moved = factsOf(facts, "money-moved");
  const told = toldOnly(facts);
  const [limit] = factsOf(facts, "unverified-limit");
  const leaked = factsOf(facts, "leaked");
  const made = new Set(factsOf(facts, "forged").map(({ receipt }) => receipt));
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    const isMoved = (receipt: string | undefined): boolean => moved.some((each) => each.receipt === receipt);
    const ofPurchase = new Map(books.receipts.map(({ purchaseId, receipt }) => [purchaseId, receipt]));
    for (const { reference, purchaseId, state } of books.purchases) {
      const isMeant = moved.some((each) => each.reference === reference) || isMoved(ofPurchase.get(purchaseId));
      if (isPaid(state) && !told.has(purchaseId) && !isMeant && !isPaidByCredit(books, purchaseId))
        yield broken("PROVED-ONLY", atMs, `purchase ${purchaseId} is ${state}, and nobody paid`);
    }
    for (const { receipt, isProved } of books.receipts)
      if (made.has(receipt) || (isProved && !isMoved(receipt)))
        yield broken("PROVED-ONLY", atMs, `${receipt} is in the books, and the channel never moved it`);
    // The channel's word that a prompt is paid names no receipt: that money is proved, under the receipt that was told of.
    const isOfPaidPrompt = (receipt: string): boolean => {
      const purchaseId = books.receipts.find((each) => each.receipt === receipt)?.purchaseId;
      const reference = books.purchases.find((each) => each.purchaseId === purchaseId)?.reference;
      return moved.some((each) => each.isPrompted && each.reference === reference);
    };
    for (const { receipt, state } of books.received ?? [])
      if (receipt !== null && state === "proved" && !isMoved(receipt) && !isOfPaidPrompt(receipt))
        yield broken("PROVED-ONLY", atMs, `${receipt} is listed as proved, and the channel never moved it`);
    for (const { payer, receipt } of leaked) {
      if (payer === undefined) continue;
      for (const { purchaseId } of books.purchases.filter(({ buyer }) => buyer === payer))
        if (centsOf(books, purchaseId, isForGood) !== 0)
          yield broken("PROVED-ONLY", atMs, `purchase ${purchaseId} is paid for good by ${receipt}, which nobody paid`);
    }
    for (const purchaseId of told.keys()) {
      const revenueCents = -centsOf(books, purchaseId, (account) => account.startsWith("revenue"));
      if (revenueCents > 0)
        yield broken("PROVED-ONLY", atMs, `purchase ${purchaseId} is revenue of ${revenueCents}, and nobody paid`);
      const outCents = -centsOf(books, purchaseId, (account) => account === "cash" || account === "drawer");
      if (outCents > 0)
        yield broken("PROVED-ONLY", atMs, `${outCents} were paid out for purchase ${purchaseId}, and nobody paid`);
      const isOpened = leaked.some(
        ({ purchaseId: of, amountCents, askedCents = amountCents }) => of === purchaseId && amountCents === askedCents,
      );
      const what = `purchase ${purchaseId} was opened by a callback that may open nothing`;
      if (!isOpened && books.grants.some((grant) => grant.purchaseId === purchaseId))
        yield broken("PROVED-ONLY", atMs, what);
    }
    const pricesOpened = new Map(
      books.purchases
        .filter(({ purchaseId }) => books.grants.some((grant) => grant.purchaseId === purchaseId))
        .map(({ purchaseId, priceCents }) => [purchaseId, priceCents]),
    );
    for (const fromMs of limit === undefined ? [] : told.values()) {
      const within = [...told].filter(([, toldMs]) => toldMs >= fromMs && toldMs < fromMs + almostAnHourMs);
      const openedCents = within.reduce((sum, [purchaseId]) => sum + (pricesOpened.get(purchaseId) ?? 0), 0);
      const what = `callbacks alone opened packages for ${openedCents} in an hour, and ${limit?.centsMax} is the limit`;
      if (openedCents > (limit?.centsMax ?? 0)) yield broken("PROVED-ONLY", atMs, what);
    }
  }
}

const isForGood = (account: string): boolean =>
  account.startsWith("revenue") || account === "cash" || account === "drawer";

const postingsOf = ({ entries }: HubBooks, purchaseId: string) =>
  entries.flatMap((entry) => (entry.purchaseId === purchaseId ? entry.postings : []));

const centsOf = (books: HubBooks, purchaseId: string, counts: (account: string) => boolean): number =>
  postingsOf(books, purchaseId).reduce((sum, { account, amountCents }) => sum + (counts(account) ? amountCents : 0), 0);

/** Whether they have that much LEDGER-ZERO judges: the whole of its price is taken off somebody's credit. It may have been given back since. */
function isPaidByCredit(books: HubBooks, purchaseId: string): boolean {
  const taken = postingsOf(books, purchaseId).filter(
    ({ account, amountCents }) => account === "credit" && amountCents > 0,
  );
  const spentCents = taken.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const priceCents = books.purchases.find((each) => each.purchaseId === purchaseId)?.priceCents;
  return (
    spentCents === priceCents &&
    books.receipts.some((each) => each.purchaseId === purchaseId && each.isFromCredit === true)
  );
}
