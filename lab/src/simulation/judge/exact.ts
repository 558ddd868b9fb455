/**
 * When a right's calendar time began, where that is known to the millisecond: a site alone, whose clock nobody moved and whose disk took what it wrote.
 * There no tolerance of the design is needed.
 */
import type { FactOf } from "./chronicle.ts";
import { factsOf, type History, type RightHistory, type Span, touches } from "./history.ts";

const began = new WeakMap<RightHistory, Span | null>();

/** Its beginning lies in this span. Null: nobody can say. */
export function beganBetween(history: History, right: RightHistory): Span | null {
  const known = began.get(right);
  if (known !== undefined) return known;
  const found = findBeginning(history, right);
  began.set(right, found);
  return found;
}

/** Its end by the calendar. Null: it has none, or nobody can say. */
export function endsBetween(history: History, right: RightHistory, atMs: number): Span | null {
  const { validitySeconds, untilMs } = right.terms;
  const beginning = validitySeconds === null || untilMs !== undefined ? null : beganBetween(history, right);
  if (beginning === null || validitySeconds === null || !isSteady(history, beginning.fromMs, atMs)) return null;
  return { fromMs: beginning.fromMs + validitySeconds * 1000, toMs: beginning.toMs + validitySeconds * 1000 };
}

/** Nothing moved the site's clock in between. */
function isSteady(history: History, fromMs: number, toMs: number): boolean {
  const { troubles, dark, agentAway, wasDamaged } = history;
  if (wasDamaged || !history.isAlone) return false;
  const span = { fromMs, toMs };
  const isClock = (trouble: string) => trouble === "clock" || (trouble === "disk" && touches(agentAway, span));
  return !touches([...troubles.filter(({ trouble }) => isClock(trouble)), ...dark], span);
}

/** The first time somebody asked for it must have been a clear yes. */
function findBeginning({ chronicle, sessions, agentAway, troubles }: History, { right }: RightHistory): Span | null {
  const { facts } = chronicle;
  const asks = factsOf(facts, "asked").filter(({ rightId }) => rightId === right.rightId);
  for (const ask of asks) {
    const answer = facts.find(
      (fact): fact is FactOf<"answered"> | FactOf<"hotspot-said"> =>
        (fact.kind === "answered" || fact.kind === "hotspot-said") && fact.ask === ask.ask,
    );
    if (answer === undefined) return null;
    const isYes = answer.kind === "answered" ? answer.code === "ok" : answer.isOnline;
    const isUnsure = answer.kind === "answered" ? answer.code === "fault" : /^(RADIUS|hotspot)/.test(answer.message);
    const span = { fromMs: ask.atMs, toMs: answer.atMs };
    if (ask.what !== "code" && ask.what !== "account") continue;
    if (
      !isYes &&
      isUnsure &&
      touches([...agentAway, ...troubles], { fromMs: ask.atMs, toMs: Number.POSITIVE_INFINITY })
    )
      return null;
    if (!isYes) continue;
    // Who is online with another right begins this one later.
    const isWaiting = sessions.some(
      ({ phone, fromMs, toMs }) => phone === ask.phone && fromMs <= answer.atMs && toMs >= ask.atMs - waitsForMs,
    );
    return isWaiting && ask.what === "code" ? null : span;
  }
  return null;
}

/** The site may hear of an end so late. */
const waitsForMs = 20 * 60_000;
