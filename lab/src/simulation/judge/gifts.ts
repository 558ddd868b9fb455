/** What staff gave on top of a plan, and since when a site can have heard of what staff did. */
import type { Fact, PlanTerms } from "./chronicle.ts";
import { lineOf, overMs } from "./dues.ts";
import { factsOf, type History, type RightHistory, type Span, touches } from "./history.ts";

/** What is told by a link that is well is known within this time. */
const toldWithinMs = 120_000;

/** Of each order of staff: when it was done. Null: refused. Absent: nobody lived to say. */
export function ordersHeard(facts: readonly Fact[]): Map<number, number | null> {
  const heard = new Map<number, number | null>();
  for (const { act, isDone, atMs } of factsOf(facts, "staff-heard"))
    heard.set(act, heard.get(act) ?? (isDone ? atMs : null));
  return heard;
}

/** When the site knows for certain what the hub knew then. */
export function toldByMs({ troubles, agentAway, dark, hubAway, strange }: History, knownMs: number): number {
  return doneByMs([...troubles, ...agentAway, ...dark, ...hubAway, ...strange], knownMs, toldWithinMs);
}

/** When what was due then is done for certain: nothing was in the way for so long. */
export function doneByMs(inTheWay: readonly Span[], dueMs: number, withinMs: number): number {
  let byMs = dueMs + withinMs;
  while (Number.isFinite(byMs)) {
    const late = inTheWay.filter((span) => touches([span], { fromMs: byMs - withinMs, toMs: byMs }));
    if (late.length === 0) return byMs;
    byMs = Math.max(...late.map(({ toMs }) => toMs)) + withinMs + 1;
  }
  return byMs;
}

/** A line ends with what is paid, its grace or a promise. */
function dueTerms(history: History, { terms, right }: RightHistory, atMs: number, bound: "most" | "least"): PlanTerms {
  const { facts } = history.chronicle;
  const line = lineOf(facts, right.rightId);
  if (line === undefined) return terms;
  const untilMs = overMs(facts, line, {
    doneMs: ordersHeard(facts),
    counts: (askedMs, doneMs) =>
      bound === "most" ? doneMs !== null && askedMs <= atMs : doneMs != null && toldByMs(history, doneMs) <= atMs,
  });
  return untilMs === null ? terms : { ...terms, untilMs };
}

/** What a right is worth with what it may have been given by then (`most`), or has for certain (`least`). */
export function termsAt(history: History, right: RightHistory, atMs: number, bound: "most" | "least"): PlanTerms {
  const terms = dueTerms(history, right, atMs, bound);
  const { facts } = history.chronicle;
  const given = factsOf(facts, "given").filter(({ rightId }) => rightId === right.right.rightId);
  if (given.length === 0) return terms;
  const heard = ordersHeard(facts);
  const counted = given.filter(({ act, atMs: askedMs }) => {
    const doneMs = heard.get(act);
    if (bound === "most") return doneMs !== null && askedMs <= atMs;
    return doneMs != null && toldByMs(history, doneMs) <= atMs;
  });
  const more = (whole: number | null, of: "seconds" | "useSeconds" | "dataBytes") =>
    whole === null ? null : counted.reduce((sum, gift) => sum + gift[of], whole);
  const { untilMs } = terms;
  const later = 1000 * (more(0, "seconds") ?? 0);
  return {
    ...terms,
    ...(untilMs === undefined ? {} : { untilMs: untilMs + later }),
    validitySeconds: more(terms.validitySeconds, "seconds"),
    useSeconds: more(terms.useSeconds, "useSeconds"),
    dataBytes: more(terms.dataBytes, "dataBytes"),
  };
}
