/** NO-THEFT where a provider gives time back: who had time that ran while there was no internet has so much more of it. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, inTheWay, type Span, touches, troublesBy } from "./history.ts";

/** A site is sure of a shorter outage late, or never. */
const surelySeenMs = 5 * 60_000;
/** From the last sign of the internet to the next one: looks are so far apart. */
const slackMs = 60_000;

export function givenBack(history: History): Violation[] {
  const { chronicle, rights, wasDamaged } = history;
  if (wasDamaged || factsOf(chronicle.facts, "credits-outages").length === 0) return [];
  const outages = seenOutages(history);
  return factsOf(chronicle.facts, "books").flatMap(({ books, atMs }) => {
    if (books.when !== "end") return [];
    return books.grants.flatMap(({ rightId, startedAtMs, endsAtMs }): Violation[] => {
      const { terms, firstOnlineMs } = rights.get(rightId) ?? {};
      if (terms?.validitySeconds == null || terms.untilMs !== undefined || firstOnlineMs == null) return [];
      if (startedAtMs === null || endsAtMs === null) return [];
      const validityMs = terms.validitySeconds * 1000;
      const ran = outages.filter(
        ({ fromMs }) => fromMs > firstOnlineMs + slackMs && fromMs < firstOnlineMs + validityMs,
      );
      const owedMs = ran.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs - slackMs, 0);
      const backMs = endsAtMs - startedAtMs - validityMs;
      if (backMs >= owedMs) return [];
      const what = `${rightId} was without internet for ${owedMs / 1000} s, and ${backMs / 1000} s were given back`;
      return [{ invariant: "NO-THEFT", atMs, what }];
    });
  });
}

/** Nothing but the missing internet stood between the site and what it had to see. */
const seenOutages = (history: History): Span[] =>
  troublesBy(history, "wan").filter(
    ({ fromMs, toMs }) =>
      toMs - fromMs >= surelySeenMs &&
      !touches(inTheWay(history, "wan"), { fromMs: fromMs - surelySeenMs, toMs: toMs + surelySeenMs }),
  );
