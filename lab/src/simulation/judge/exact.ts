/**
 * When a right's calendar time began, where that is known to the millisecond: a site alone, whose clock nobody moved and whose disk took what it wrote.
 * There no tolerance of the design is needed.
 */
import type { Fact, FactOf } from "./chronicle.ts";
import { factsOf, type History, isYes, type RightHistory, type Span, touches } from "./history.ts";

/** Its end by the calendar. Null: it has none, or nobody can say. */
export function endsBetween(history: History, right: RightHistory, atMs: number): Span | null {
  const { validitySeconds, untilMs } = right.terms;
  if (!history.isAlone || validitySeconds === null || untilMs !== undefined) return null;
  const began = beganBetween(history, right);
  // By then it had not begun.
  if (began === null || began.fromMs > atMs || !isClockSteady(history, began.fromMs, atMs)) return null;
  return { fromMs: began.fromMs + validitySeconds * 1000, toMs: began.toMs + validitySeconds * 1000 };
}

/** A router that woke up with a wrong date has the true one by then, or never. */
const datedWithinMs = 660_000;

/** Nothing moved the site's clock in between. */
export function isClockSteady(history: History, fromMs: number, toMs: number): boolean {
  const { troubles, dark, agentAway, damagedMs, isDateRight } = history;
  if (damagedMs <= toMs) return false;
  // Who is away while the date comes knows not for how long.
  const dating = { fromMs, toMs: Math.min(toMs, datedWithinMs) };
  if (!isDateRight && fromMs < dating.toMs && touches(agentAway, dating)) return false;
  const span = { fromMs, toMs };
  const isClock = (trouble: string) => trouble === "clock" || (trouble === "disk" && touches(agentAway, span));
  return !touches([...troubles.filter(({ trouble }) => isClock(trouble)), ...dark], span);
}

/** Its beginning: the first time that somebody asked for it must have been a clear yes; or nobody was there to hear it. Null: nobody can say. */
function beganBetween(history: History, { right, sessions: own }: RightHistory): Span | null {
  const { facts } = history.chronicle;
  const answers = facts.filter((fact) => fact.kind === "answered" || fact.kind === "hotspot-said");
  let refusedMs: number | null = null;
  for (const { ask, phone, what, rightId, atMs } of factsOf(facts, "asked")) {
    if (rightId !== right.rightId || (what !== "code" && what !== "account")) continue;
    const answer = answers.find((fact) => fact.ask === ask);
    const toMs = answer?.atMs ?? atMs;
    if ([...history.agentAway, ...history.dark].some((away) => away.fromMs < atMs && away.toMs > toMs)) continue;
    if (answer === undefined || isUnsure(answer)) return null;
    if (history.answers.get(ask) === "fault") refusedMs ??= atMs;
    if (!isYes(answer)) continue;
    // Who was told of a fault, and came back with what the site had of them, began it then.
    if (own.some(({ fromMs }) => fromMs < atMs)) return null;
    // What the disk refused is taken back, unless the site died before it could write that.
    if (refusedMs !== null && touches(history.agentAway, { fromMs: refusedMs, toMs })) return null;
    // Who is online with another right may begin this one later: with its first session.
    const isWaiting = history.sessions.some(
      (each) =>
        each.phone === phone && each.fromMs <= toMs && !each.reports.some((one) => isEnd(one) && one.atMs < atMs),
    );
    // The page's own answer waits for the disk, and its time runs from the moment of the ask; but a router is asked first who asks.
    const isAtOnce = what === "code" && !touches(history.troubles, { fromMs: atMs, toMs });
    if (!isWaiting || what === "account") return { fromMs: atMs, toMs: isAtOnce ? atMs : toMs };
    const [first] = own;
    const isFirst = first?.phone === phone && first.fromMs >= atMs && first.fromMs <= toMs + letInWithinMs;
    return isFirst ? { fromMs: atMs, toMs: first.fromMs } : null;
  }
  return null;
}

const letInWithinMs = 5000;

/** Nothing was heard: it may have begun. */
const isUnsure = (answer: Fact): boolean =>
  answer.kind === "hotspot-said" && /^(RADIUS|hotspot|already)/.test(answer.message);

/** The site has heard it. */
const isEnd = ({ status, isHeard }: FactOf<"report">): boolean => status === "stop" && isHeard;
