/**
 * MONEY-ONCE of what is given back, for a purchase or for a code: what staff were asked for, as they were asked, and no more than it cost; and not all of
 * what was used by then, also where its site was silent.
 */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, mistakenRefunds } from "./history.ts";

/** What ran for so long has no whole time any more, by any clock of the story. */
const surelyUsedMs = 10 * 60_000;

const refundKey = "refund:";

export function refundedOnce({ chronicle: { facts }, rights, troubles, wasDamaged }: History): Violation[] {
  const isClockWell = !wasDamaged && troubles.every(({ trouble }) => trouble !== "clock");
  const mayBeUsed = factsOf(facts, "refunds-used").length > 0;
  // What waits runs less long than it was had.
  const held = new Set(factsOf(facts, "held").map(({ rightId }) => rightId));
  const bought = new Map(factsOf(facts, "bought").map(({ purchaseId, rightId }) => [purchaseId, rightId]));
  const mistaken = mistakenRefunds(facts);
  const asked = new Set(factsOf(facts, "giving-back").map(({ of, method }) => `${of} as ${method}`));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "MONEY-ONCE", atMs, what });
    const { refunds = [], openRefunds = [] } = books;
    const known = new Set([...refunds, ...openRefunds].map(({ refundId }) => refundId));
    const booked = new Map(
      books.entries.flatMap(({ key, postings }) =>
        key.startsWith(refundKey) ? [[key.slice(refundKey.length), postings]] : [],
      ),
    );
    const unlisted = [...booked.keys()].filter((id) => !known.has(id));
    const each = refunds.flatMap(({ refundId, of, method, amountCents }) => {
      const postings = booked.get(refundId) ?? [];
      const sums = postings.map((posting) => `${posting.account.split(":")[0]} ${posting.amountCents}`);
      const isReversed = books.purchases.some(({ purchaseId, state }) => purchaseId === of && state === "reversed");
      // What the channel reverses is in the books by its receipt. Of what it paid out besides that, its customer has it twice.
      const isBooked =
        method === "reversal"
          ? postings.length === 0 && isReversed
          : sums.includes(`${method === "payout" ? "clearing" : method} ${-amountCents}`) &&
            (sums.includes(`refunds ${amountCents}`) || (method === "payout" && isReversed));
      return [
        ...(isBooked
          ? []
          : [broken(`${of} was given back with ${amountCents} as ${method}, and the ledger says: ${sums.join(", ")}`)]),
        ...(asked.has(`${of} as ${method}`)
          ? []
          : [broken(`${of} was given back as ${method}, and nobody asked for that`)]),
      ];
    });
    const whole = [...Map.groupBy(refunds, ({ of }) => of)].flatMap(([of, own]) => {
      const backCents = own.reduce((sum, { amountCents }) => sum + amountCents, 0);
      const rightId = bought.get(of) ?? of;
      const { terms, firstOnlineMs, takenBackMs } = rights.get(rightId) ?? {};
      const purchase = books.purchases.find(({ purchaseId }) => purchaseId === of);
      const sale = books.cashSales.find((each) => each.rightId === of);
      const priceCents = purchase?.priceCents ?? sale?.priceCents ?? terms?.priceCents ?? 0;
      // Of what staff were mistaken about the customer may have twice, and staff are shown that.
      const isShown = (purchase?.review ?? null) !== null && own.some(({ refundId }) => mistaken.has(refundId));
      if (backCents > priceCents && !isShown)
        return [broken(`${of} for ${priceCents} was given back with ${backCents}`)];
      if (backCents < priceCents || terms?.validitySeconds == null || firstOnlineMs == null || takenBackMs == null)
        return [];
      const ranMs = takenBackMs - firstOnlineMs;
      if (mayBeUsed || !isClockWell || ranMs < surelyUsedMs || held.has(rightId)) return [];
      return [broken(`${of} ran for ${Math.round(ranMs / 1000)} s, and all of it was given back`)];
    });
    return [...unlisted.map((id) => broken(`refund ${id} is in the ledger, and in no list`)), ...each, ...whole];
  });
}
