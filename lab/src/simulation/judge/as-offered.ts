/**
 * MONEY-ONCE where a plan changes: who buys pays what the plan cost at that moment, and gets what it was then. And where a provider is suspended and may
 * not sell: nobody begins to buy.
 */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { ordersHeard } from "./orders.ts";

/** Between the reading of a price and the writing of the purchase. */
const atOnceMs = 5000;

interface Version {
  readonly plan: string;
  readonly name: string;
  /** It may stand from then on, and does from `heardMs` on. */
  readonly sentMs: number;
  readonly heardMs: number;
}

export function asOffered(history: History): Violation[] {
  return [...soldAsOffered(history), ...soldWhileShut(history)];
}

/** By a page. Who paid the paybill by hand, or paid before, may have it. */
function soldWhileShut({ chronicle: { facts }, clocksApartMs }: History): Violation[] {
  const heard = ordersHeard(facts);
  const steps = factsOf(facts, "provider-stepped");
  const shut = steps.flatMap(({ act, sells }, at) => {
    const fromMs = heard.get(act);
    if (sells || fromMs == null) return [];
    return [{ fromMs, toMs: steps.slice(at).find((each) => each.sells)?.atMs ?? Number.POSITIVE_INFINITY }];
  });
  const onPages = new Set(factsOf(facts, "purchase-said").map(({ purchaseId }) => purchaseId));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) =>
    books.purchases.flatMap(({ purchaseId, createdAtMs }): Violation[] => {
      const isShut = shut.some(
        ({ fromMs, toMs }) => createdAtMs > fromMs + atOnceMs + clocksApartMs && createdAtMs < toMs - clocksApartMs,
      );
      if (!isShut || !onPages.has(purchaseId)) return [];
      return [{ invariant: "MONEY-ONCE", atMs, what: `purchase ${purchaseId} began while nothing may be sold` }];
    }),
  );
}

function soldAsOffered({ chronicle: { facts, plans }, clocksApartMs }: History): Violation[] {
  const heard = ordersHeard(facts);
  const aboutMs = atOnceMs + clocksApartMs;
  const versions = factsOf(facts, "plan-changed").flatMap(({ act, plan, to, atMs }): Version[] => {
    const heardMs = heard.get(act);
    return heardMs === null ? [] : [{ plan, name: to, sentMs: atMs, heardMs: heardMs ?? Number.POSITIVE_INFINITY }];
  });
  /** When another version stood for certain. */
  const overMs = (name: string): number => {
    const own = versions.find((each) => each.name === name);
    const sinceMs = own?.heardMs ?? Number.NEGATIVE_INFINITY;
    const later = versions.filter(
      (each) => each !== own && each.plan === (own?.plan ?? name) && each.sentMs >= sinceMs,
    );
    return Math.min(...later.map(({ heardMs }) => heardMs));
  };
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) =>
    books.purchases.flatMap(({ purchaseId, plan, priceCents, createdAtMs }): Violation[] => {
      const sentMs = versions.find(({ name }) => name === plan)?.sentMs ?? Number.NEGATIVE_INFINITY;
      const isPriced = plans[plan]?.priceCents === priceCents;
      if (isPriced && sentMs <= createdAtMs + aboutMs && overMs(plan) >= createdAtMs - aboutMs) return [];
      const what = isPriced ? `"${plan}", which it was not then` : `"${plan}", which never cost that`;
      return [{ invariant: "MONEY-ONCE", atMs, what: `purchase ${purchaseId} for ${priceCents} is of ${what}` }];
    }),
  );
}
