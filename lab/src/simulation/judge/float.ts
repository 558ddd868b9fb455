/** MONEY-ONCE of a seller's float: no sale goes beyond it, none within it is refused without a reason, and only the right PIN sells. */
import type { FactOf, Violation } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";
import { mayHaveSold, sumOf } from "./may-have-sold.ts";
import { inTrouble } from "./worth.ts";

/** Why a site may say no to the right PIN. A code that has no row here is no reason. */
const excuses: Readonly<Record<string, (history: History, ask: FactOf<"asked">, atMs: number) => boolean>> = {
  ok: () => true,
  // Bounds on tries, and the end of what a page remembers.
  "slow-down": () => true,
  guessing: () => true,
  "logged-out": () => true,
  // The disk refuses to keep it.
  fault: (history, { atMs: askedMs }, atMs) =>
    history.wasDamaged || inTrouble(history, atMs) || touches(history.troubles, { fromMs: askedMs, toMs: atMs }),
  // It is another seller's, or used up.
  "bad-request": ({ chronicle: { facts } }, { ask, rightId }) =>
    factsOf(facts, "asked").some((other) => other.rightId === rightId && other.ask < ask),
  // What may have been sold before, and this one.
  "not-offered": (history, { seller = "", rightId, saleCents = 0 }, atMs) => {
    const { floatCents = null, settledCents = 0 } = factsOf(history.chronicle.facts, "habits")[0] ?? {};
    const before = [...mayHaveSold(history, seller, atMs)].filter(([sold]) => sold !== rightId);
    const cents = sumOf(before.map(([, each]) => each)) + saleCents;
    return floatCents !== null && cents > floatCents + settledCents;
  },
};

export function withinFloat(history: History): Violation[] {
  const { facts, plans } = history.chronicle;
  const { asked, isAlone, losses } = history;
  const [floats] = factsOf(facts, "habits");
  if (!isAlone || floats === undefined) return [];
  const { floatCents, settledCents } = floats;
  const priceOf = new Map(
    factsOf(facts, "sold").map(({ saleId, plan, seller }) => [saleId, { seller, cents: plans[plan]?.priceCents ?? 0 }]),
  );
  const soldBy = new Map<string, number>();
  const counted = new Set<string>();
  return facts.flatMap((fact): Violation[] => {
    const broken = (what: string): Violation[] => [{ invariant: "MONEY-ONCE", atMs: fact.atMs, what }];
    if (fact.kind === "answered") {
      const ask = asked.get(fact.ask);
      if (ask?.what === "sale" && ask.rightId === null && fact.code === "ok") return broken("a wrong PIN sold");
      if (ask?.what !== "sale" || ask.rightId === null || excuses[fact.code]?.(history, ask, fact.atMs) === true)
        return [];
      return broken(`${ask.seller} asked for a sale of ${ask.saleCents} and heard "${fact.code}"`);
    }
    if (fact.kind !== "sold" || counted.has(fact.saleId)) return [];
    counted.add(fact.saleId);
    const cents = (soldBy.get(fact.seller) ?? 0) + (priceOf.get(fact.saleId)?.cents ?? 0);
    soldBy.set(fact.seller, cents);
    if (floatCents === null || losses.length > 0 || cents <= floatCents + settledCents) return [];
    return broken(`${fact.seller} sold for ${cents} with a float of ${floatCents} and ${settledCents} handed in`);
  });
}
