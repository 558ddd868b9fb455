/** OFF-IN-TIME: a device whose right ended is off within 60 s, unless the site could not act then. */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import { bytesOfRightAt, type History, type RightHistory, type Span, type TrueSession, touches } from "./history.ts";
import { latestEndMs, lookMs, offWithinMs } from "./limits.ts";
import { leastKnownAt } from "./reports.ts";

/** How often a router reports a session, at the most. */
export const reportEveryMs = 310_000;
/** After it comes up the agent has so long to see what is over. */
const actsWithinMs = 60_000;
/** A session of which nothing is heard for so long is closed as lost: its next report opens it again. */
const lostAfterMs = 15 * 60_000;

export function offInTime(history: History): Violation[] {
  const found: Violation[] = [];
  for (const right of history.rights.values()) {
    for (const session of right.sessions) {
      const { toMs } = session;
      const endMs = latestEndMs(history, right, toMs);
      if (endMs === null) continue;
      const lateMs = toMs - Math.max(endMs, session.fromMs) - offWithinMs - lookMs;
      if (lateMs > 0 && couldAct(history, session, toMs)) {
        found.push({
          invariant: "OFF-IN-TIME",
          atMs: toMs,
          what: `session ${session.session} of ${right.right.rightId} (${right.right.plan}) was on ${seconds(toMs - endMs)} s after its end at the latest`,
        });
      }
    }
    found.push(...beyondQuota(history, right), ...knownOver(history, right), ...idleTooLong(history, right));
  }
  return found;
}

/** In the last two minutes nothing stood between the site and the router, and no session that it took for lost had still to report. */
export function couldAct(
  { agentAway, dark, troubles }: History,
  { fromMs }: Pick<TrueSession, "fromMs">,
  toMs: number,
): boolean {
  const inTheWay = [...agentAway, ...dark, ...troubles];
  const within = (ms: number): Span => ({ fromMs: Math.max(fromMs, toMs - offWithinMs - ms), toMs });
  const long = inTheWay.filter((span) => span.toMs - span.fromMs > lostAfterMs - reportEveryMs);
  return !touches(inTheWay, within(actsWithinMs)) && !touches(long, within(reportEveryMs));
}

/** A router that keeps no limit has told that all data is used: the site ends the session itself. */
function knownOver(history: History, right: RightHistory): Violation[] {
  return right.sessions.flatMap((session): Violation[] => {
    const { dataBytes } = termsAt(history, right, session.toMs, "most");
    if (dataBytes === null || right.terms.isDataFree === true) return [];
    const told = session.reports.find(
      ({ isHeard, atMs }) => isHeard && leastKnownAt(history, right, { atMs, isWritten: false }).bytes >= dataBytes,
    );
    if (told === undefined) return [];
    const lateMs = session.toMs - Math.max(told.atMs, session.fromMs) - offWithinMs - lookMs;
    if (lateMs <= 0 || !couldAct(history, session, session.toMs)) return [];
    const what = `session ${session.session} of ${right.right.rightId} was on ${seconds(lateMs)} s too long after all its data was told`;
    return [{ invariant: "OFF-IN-TIME", atMs: session.toMs, what }];
  });
}

/** A device that sent nothing for the plan's time is logged out, also where the router does not do it: the site knows by two reports. */
function idleTooLong(history: History, right: RightHistory): Violation[] {
  const { idleTimeoutSeconds } = right.terms;
  if (idleTimeoutSeconds === undefined) return [];
  return right.sessions.flatMap((session): Violation[] => {
    // One that never counted a byte may be of a router that counts none: it says nothing of silence.
    if (session.bytes === 0) return [];
    const quietMs = session.toMs - lastByteMs(session);
    const lateMs = quietMs - idleTimeoutSeconds * 1000 - 2 * reportEveryMs - offWithinMs - lookMs;
    const heard = { fromMs: session.toMs - quietMs, toMs: session.toMs };
    const inTheWay = history.troubles.filter(({ trouble }) => trouble !== "clock");
    if (lateMs <= 0 || touches([...history.agentAway, ...history.dark, ...inTheWay], heard)) return [];
    const what = `session ${session.session} of ${right.right.rightId} sent nothing for ${seconds(quietMs)} s and stayed on`;
    return [{ invariant: "OFF-IN-TIME", atMs: session.toMs, what }];
  });
}

/** Somebody is let in although the site knew that all was used. */
function beyondQuota(history: History, right: RightHistory): Violation[] {
  const { sessions } = right;
  return sessions.flatMap((session): Violation[] => {
    // What was used up five minutes before it began, with nothing in the way, the site knew.
    const knownMs = session.fromMs - 300_000;
    if (
      touches([...history.agentAway, ...history.dark, ...history.troubles], {
        fromMs: knownMs - 600_000,
        toMs: session.fromMs,
      })
    )
      return [];
    if (history.crashes.some((atMs) => atMs < session.fromMs)) return [];
    const terms = termsAt(history, right, session.fromMs, "most");
    const isTimeUsed = terms.useSeconds !== null && countedSecondsAt(right, knownMs) > terms.useSeconds + 10;
    const isDataUsed = terms.dataBytes !== null && bytesOfRightAt(right, knownMs) > terms.dataBytes;
    if (!isTimeUsed && !isDataUsed) return [];
    return [
      {
        invariant: "NO-GIFT",
        atMs: session.fromMs,
        what: `session ${session.session} of ${right.right.rightId} began although all was used`,
      },
    ];
  });
}

/** What is counted of the time online for certain: of a silence at the end two minutes. */
const countedSecondsAt = ({ sessions }: RightHistory, atMs: number): number =>
  sessions.reduce((sum, session) => {
    const toMs = Math.min(session.toMs, atMs, lastByteMs(session) + 120_000);
    return sum + Math.max(0, toMs - session.fromMs);
  }, 0) / 1000;

/** When it sent or received something for the last time. */
function lastByteMs({ fromMs, counted }: TrueSession): number {
  const last = counted.findLast(({ bytes }, at) => bytes !== (counted[at - 1]?.bytes ?? 0));
  return Math.max(fromMs, last?.atMs ?? fromMs);
}

const seconds = (ms: number): number => Math.round(ms / 1000);
