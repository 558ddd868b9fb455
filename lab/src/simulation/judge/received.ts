/** ONE-TRUTH of money received: the owner's list of it makes what the ledger calls customers' money, to the cent. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

/** What customers' money became; every other account says where it lies. Between these nothing comes in, and nothing goes back. */
const ofCustomers = new Set([
  "revenue",
  "discounts",
  "pending",
  "refunds",
  "credit",
  "debts",
  "suspense",
  "deposits",
  "write-offs",
]);

export function* received({ chronicle: { facts } }: History): Iterable<Violation> {
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    if (books.received === undefined) continue;
    const postings = books.entries.flatMap((entry) => entry.postings.filter(({ account }) => ofCustomers.has(account)));
    const bookedCents = -postings.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const listedCents = books.received.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const what = `the list of money received makes ${listedCents}, and the ledger ${bookedCents}`;
    if (listedCents !== bookedCents) yield broken("ONE-TRUTH", atMs, what);
  }
}
