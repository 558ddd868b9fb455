/** What staff gave on top of a plan, also by pausing it: what its time is worth with that. */
import type { PlanTerms } from "./chronicle.ts";
import { lineOf, overMs } from "./dues.ts";
import { factsOf, type History, type RightHistory } from "./history.ts";
import { holdsOf } from "./holds.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

/** The site's clock and the hub's may be so far apart. */
const unsureMs = 5 * 60_000;

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
  const heldSeconds = heldSecondsAt(history, right, atMs, bound);
  if (given.length === 0 && heldSeconds === 0) return terms;
  const heard = ordersHeard(facts);
  const counted = given.filter(({ act, atMs: askedMs }) => {
    const doneMs = heard.get(act);
    if (bound === "most") return doneMs !== null && askedMs <= atMs;
    return doneMs != null && toldByMs(history, doneMs) <= atMs;
  });
  const more = (whole: number | null, of: "seconds" | "useSeconds" | "dataBytes") =>
    whole === null ? null : counted.reduce((sum, gift) => sum + gift[of], whole);
  const { untilMs, validitySeconds } = terms;
  const later = 1000 * ((more(0, "seconds") ?? 0) + heldSeconds);
  return {
    ...terms,
    ...(untilMs === undefined ? {} : { untilMs: untilMs + later }),
    validitySeconds: more(validitySeconds === null ? null : validitySeconds + heldSeconds, "seconds"),
    useSeconds: more(terms.useSeconds, "useSeconds"),
    dataBytes: more(terms.dataBytes, "dataBytes"),
  };
}

/** Of a pause by staff: its calendar time is given back once it goes on, where it ran when the pause began. */
export function heldSecondsAt(
  history: History,
  { right, terms, firstUseMs, firstOnlineMs }: RightHistory,
  atMs: number,
  bound: "most" | "least",
): number {
  const { validitySeconds, untilMs = Number.POSITIVE_INFINITY } = terms;
  const ms = holdsOf(history, right.rightId).map(({ by, fromMs, sureFromMs, toMs, overMs }) => {
    if (by !== "staff") return 0;
    // What a silent site began meanwhile ran from then on.
    if (bound === "most") return Math.max(0, Math.min(atMs, overMs) - Math.max(fromMs, firstUseMs ?? atMs));
    // The hub gives nothing back of what it does not know to have begun, or knows to be over.
    const isRunning =
      right.kind !== "account" &&
      firstOnlineMs !== null &&
      toldByMs(history, firstOnlineMs) <= fromMs &&
      validitySeconds !== null &&
      Math.min(firstOnlineMs + validitySeconds * 1000, untilMs) - unsureMs > sureFromMs;
    return isRunning && overMs <= atMs ? Math.max(0, toMs - sureFromMs - 1000) : 0;
  });
  return ms.reduce((sum, each) => sum + each, 0) / 1000;
}
