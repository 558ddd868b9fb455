/** MONEY-ONCE of a seller's float: no sale goes beyond it, none within it is refused without a reason, and only the right PIN sells. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { mayRefuseSale } from "./sale-refusals.ts";

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
      if (ask?.what !== "sale" || ask.rightId === null || mayRefuseSale(history, ask, fact)) return [];
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
