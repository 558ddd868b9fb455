/** MONEY-ONCE of paper: a printed voucher that somebody used is sold once, for its price; one that nobody used is not. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, isIn, isUnheard, troublesBy } from "./history.ts";

const saleKey = "voucher-sale:";

export function paperAtHub(history: History): Violation[] {
  const { chronicle, rights, answers } = history;
  const { facts } = chronicle;
  const unheard = new Set(factsOf(facts, "hotspot-said").flatMap((fact) => (isUnheard(fact) ? [fact.ask] : [])));
  const refused = new Set(
    factsOf(facts, "asked").flatMap(({ ask, rightId, atMs }) =>
      // The router is told nothing of what can't be written, and so is the phone.
      answers.get(ask) === "fault" || (unheard.has(ask) && isIn(troublesBy(history, "disk"), atMs)) ? [rightId] : [],
    ),
  );
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "MONEY-ONCE", atMs, what });
    const begun = new Set(books.starts.map(({ rightId }) => rightId));
    const sales = books.entries.filter(({ key }) => key.startsWith(saleKey));
    return [...rights.values()].flatMap(({ right: { rightId, kind }, terms: { priceCents } }) => {
      if (kind !== "voucher") return [];
      const own = sales.filter(({ key }) => rightId.endsWith(`.${key.slice(saleKey.length)}`));
      const soldCents = -own
        .flatMap(({ postings }) => postings.filter(({ account }) => account === "revenue"))
        .reduce((sum, { amountCents }) => sum + amountCents, 0);
      const wantedCents = begun.has(rightId) ? priceCents : 0;
      if (soldCents === wantedCents && own.length <= 1) return [];
      // A first use that a failing disk refused is told to the hub, and taken back: what was booked of it stands until the code is used after all.
      if (refused.has(rightId) && soldCents === priceCents && own.length === 1) return [];
      const use = begun.has(rightId) ? "was used" : "was used by nobody";
      return [broken(`voucher ${rightId} ${use}, and is sold ${own.length} times for ${soldCents} of ${priceCents}`)];
    });
  });
}
