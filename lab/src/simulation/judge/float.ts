/** MONEY-ONCE of a seller's float: no sale goes beyond it, none within it is refused without a reason, and only the right PIN sells. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { mayRefuseSale } from "./sale-refusals.ts";

export function* withinFloat(history: History): Iterable<Violation> {
  const { facts, plans } = history.chronicle;
  const [floats] = factsOf(facts, "habits");
  if (!history.isAlone || floats === undefined) return;
  const { floatCents, settledCents } = floats;
  for (const answer of factsOf(facts, "answered")) {
    const { code, atMs } = answer;
    const ask = history.asked.get(answer.ask);
    if (ask?.what !== "sale") continue;
    if (ask.rightId === null) {
      if (code === "ok") yield broken("MONEY-ONCE", atMs, "a wrong PIN sold");
    } else if (!mayRefuseSale(history, ask, answer))
      yield broken("MONEY-ONCE", atMs, `${ask.seller} asked for a sale of ${ask.saleCents} and heard "${code}"`);
  }
  if (floatCents === null || history.losses.length > 0) return;
  const soldBy = new Map<string, number>();
  const counted = new Set<string>();
  for (const { saleId, seller, plan, atMs } of factsOf(facts, "sold")) {
    if (counted.has(saleId)) continue;
    counted.add(saleId);
    const cents = (soldBy.get(seller) ?? 0) + (plans[plan]?.priceCents ?? 0);
    soldBy.set(seller, cents);
    const what = `${seller} sold for ${cents} with a float of ${floatCents} and ${settledCents} handed in`;
    if (cents > floatCents + settledCents) yield broken("MONEY-ONCE", atMs, what);
  }
}
