/** NO-GIFT at the very end: who asks in the millisecond in which a package ends, or later, is not let in by it. */
import type { AskKind, Violation } from "./chronicle.ts";
import { endsBetween } from "./exact.ts";
import { factsOf, type History } from "./history.ts";

/** From a yes to the session. */
const letInWithinMs = 5000;

const entersBy = new Set<AskKind>(["code", "account", "repeat"]);
const isSoon = (oneMs: number, otherMs: number): boolean => Math.abs(oneMs - otherMs) <= letInWithinMs;

export function atTheEnd(history: History): Violation[] {
  const { facts } = history.chronicle;
  const answers = [
    ...factsOf(facts, "answered").filter(({ code }) => code === "ok"),
    ...factsOf(facts, "hotspot-said").filter(({ isOnline }) => isOnline),
  ];
  const yes = new Map(answers.map((answer) => [answer.ask, answer]));
  const asked = factsOf(facts, "asked").filter(({ rightId }) => rightId !== null);
  return asked.flatMap(({ ask, what, phone, rightId, atMs }): Violation[] => {
    const right = rightId === null ? undefined : history.rights.get(rightId);
    const answer = yes.get(ask);
    if (right === undefined || answer === undefined || !entersBy.has(what)) return [];
    const isThere = right.sessions.some((each) => each.phone === phone && each.fromMs < atMs && each.toMs >= atMs);
    // By another code that it typed at the same moment.
    const began = history.sessions.find(
      (each) => each.phone === phone && each.fromMs >= atMs && each.fromMs <= answer.atMs + letInWithinMs,
    );
    if (began?.isCharged === true && began.rightId !== rightId) return [];
    // The site did not live to say by which.
    const hasTakenAnother = asked.some(
      (other) => other.phone === phone && other.rightId !== rightId && yes.has(other.ask) && isSoon(other.atMs, atMs),
    );
    if (began?.isCharged === false && hasTakenAnother) return [];
    const ends = endsBetween(history, right, answer.atMs);
    // A log-in takes a millisecond to the site, or longer.
    const heardMs = what === "code" ? atMs : atMs + 1;
    if (ends === null || heardMs < ends.toMs || isThere) return [];
    const late = `${heardMs - ends.toMs} ms after its end`;
    return [
      { invariant: "NO-GIFT", atMs, what: `phone ${phone} was let in by ${rightId} (${right.right.plan}) ${late}` },
    ];
  });
}
