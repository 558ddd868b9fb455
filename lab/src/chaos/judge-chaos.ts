/**
 * Judges the chaos in the end, by the simulator's model where a chronicle can be written from real processes. Each provider has a chronicle of its own.
 *
 * Not judged are OFF-IN-TIME, NO-GIFT, NO-THEFT and BYTES-KEPT: they need to know to the second what a site could do, and a frozen process or a busy
 * machine is no trouble that they know; and HEARD, SAME-AGAIN and OWN-ROWS, for which somebody must look into a site while it runs, or be a neighbour.
 */
import { asOffered } from "../simulation/judge/as-offered.ts";
import { bookedOnce } from "../simulation/judge/booked-once.ts";
import { cashAtHub } from "../simulation/judge/cash-at-hub.ts";
import type { Chronicle, Violation } from "../simulation/judge/chronicle.ts";
import { factsOf, type History, historyOf } from "../simulation/judge/history.ts";
import { journalKept } from "../simulation/judge/journal-kept.ts";
import { ledgerZero } from "../simulation/judge/ledger-zero.ts";
import { moneyOnce } from "../simulation/judge/money-once.ts";
import { noSilence } from "../simulation/judge/no-silence.ts";
import { paidStays } from "../simulation/judge/paid-stays.ts";
import { paysOwn } from "../simulation/judge/pays-own.ts";
import { provedOnly } from "../simulation/judge/proved-only.ts";
import { sameAtHub } from "../simulation/judge/same-at-hub.ts";
import type { chaosJudged } from "../simulation/planted/of-chaos.ts";

type Judges<Name extends string> = Readonly<Record<Name, (history: History) => Iterable<Violation>>>;

/** What each judge says that holds. These ask the hub's books and the channel's alone. */
const atHub: Judges<(typeof chaosJudged.atHub)[number]> = {
  "a receipt is booked once and for what it was, a paid purchase has one grant": bookedOnce,
  "each entry sums to zero, and the channel owes what its receipts say": ledgerZero,
  "what was shown as paid stays paid": paidStays,
  "who paid has it, and what was acknowledged is in the books": noSilence,
  "nothing is sold where no money moved": provedOnly,
  "nobody's money pays for another": paysOwn,
  "each plan is sold for what it costs": asOffered,
  "the channel's list is the ledger, to the shilling": listIsLedger,
};

/** These ask the site's books, too. */
const withSite: Judges<(typeof chaosJudged.withSite)[number]> = {
  "a sale for cash is one sale, and sellers owe what was sold": moneyOnce,
  "cash is the same at the site, in the books and in the lists": cashAtHub,
  "what an agent answered is in its journal": journalKept,
  "the hub says the same as the site of each first use and session": sameAtHub,
};

/** Without the site's books while it runs: nobody else may open them. */
export function judgeChaos(chronicle: Chronicle): string[] {
  const history = historyOf(chronicle);
  const hasSite = factsOf(chronicle.facts, "books").length > 0;
  return Object.entries({ ...atHub, ...(hasSite ? withSite : {}) }).flatMap(([holds, judge]) =>
    [...judge(history)].map(({ what }) => `${holds}: ${what}`),
  );
}

/** All that the channel moved, and nothing else. */
function listIsLedger({ chronicle: { facts } }: History): Violation[] {
  const moved = factsOf(facts, "money-moved");
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "LEDGER-ZERO", atMs, what });
    const booked = new Set(books.receipts.map(({ receipt }) => receipt));
    const missing = moved.filter(({ receipt }) => !booked.has(receipt));
    const movedCents = moved.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const clearing = books.entries.flatMap(({ postings }) =>
      postings.filter(({ account }) => /^clearing:/.test(account)),
    );
    const bookedCents = clearing.reduce((sum, { amountCents }) => sum + amountCents, 0);
    return [
      ...missing.map(({ receipt }) => broken(`${receipt} moved, and is in no book`)),
      ...(movedCents === bookedCents ? [] : [broken(`${movedCents} moved, and ${bookedCents} is booked`)]),
    ];
  });
}
