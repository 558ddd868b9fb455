/** NO-GIFT at the very end: who asks in the millisecond in which a package ends, or later, is not let in by it. */
import type { AskKind, Violation } from "./chronicle.ts";
import { endsBetween } from "./exact.ts";
import { broken, factsOf, type History, isUnheard, isYes } from "./history.ts";

/** From a yes to the session. */
const letInWithinMs = 5000;

const entersBy = new Set<AskKind>(["code", "account", "repeat"]);
const isSoon = (oneMs: number, otherMs: number): boolean => Math.abs(oneMs - otherMs) <= letInWithinMs;

export function* atTheEnd(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  const answers = [...factsOf(facts, "answered"), ...factsOf(facts, "hotspot-said")];
  const yes = new Map(answers.filter(isYes).map(({ ask, atMs }) => [ask, atMs]));
  // That nobody answered is no answer: the site may have taken it, and died.
  const heard = new Set(answers.flatMap((fact) => (fact.kind === "hotspot-said" && isUnheard(fact) ? [] : [fact.ask])));
  const all = factsOf(facts, "asked").filter(({ rightId }) => rightId !== null);
  const asked = all.filter(({ ask }) => yes.has(ask));
  /** Also those of which nobody heard whether they were let in. */
  const perhaps = all.filter(({ ask }) => yes.has(ask) || !heard.has(ask));
  for (const { ask, what, phone, rightId, atMs } of asked) {
    const right = history.rights.get(rightId ?? "");
    const answeredMs = yes.get(ask) ?? atMs;
    if (right === undefined || !entersBy.has(what)) continue;
    if (right.sessions.some((each) => each.phone === phone && each.fromMs < atMs && each.toMs >= atMs)) continue;
    // By another code that it typed at the same moment, or has beside it; also where the site did not live to say by which.
    const began = history.sessions.find(
      (each) => each.phone === phone && each.fromMs >= atMs && each.fromMs <= answeredMs + letInWithinMs,
    );
    const isHad = (otherMs: number) => isSoon(otherMs, atMs) || (what === "repeat" && otherMs < atMs);
    const hasTakenAnother = (): boolean =>
      perhaps.some((other) => other.phone === phone && other.rightId !== rightId && isHad(other.atMs));
    if (began?.isCharged === true ? began.rightId !== rightId : began !== undefined && hasTakenAnother()) continue;
    const ends = endsBetween(history, right, answeredMs);
    // A log-in takes a millisecond to the site, or longer.
    const lateMs = (what === "code" ? atMs : atMs + 1) - (ends?.toMs ?? Infinity);
    const late = `phone ${phone} was let in by ${rightId} (${right.right.plan}) ${lateMs} ms after its end`;
    if (lateMs >= 0) yield broken("NO-GIFT", atMs, late);
  }
}
