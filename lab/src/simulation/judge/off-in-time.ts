/** OFF-IN-TIME: a device whose right ended is off within 60 s, unless the site could not act then. */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import {
  bytesOfRightAt,
  type History,
  onlineSecondsAt,
  type RightHistory,
  type TrueSession,
  touches,
} from "./history.ts";
import { latestEndMs, offWithinMs } from "./limits.ts";

/** The looks at the router are so far apart. */
const lookMs = 6000;
/** How often a router reports a session, at the most. */
const reportEveryMs = 310_000;
/** After it comes up the agent has so long to see what is over. */
const actsWithinMs = 60_000;

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
    found.push(...beyondQuota(history, right), ...idleTooLong(history, right));
  }
  return found;
}

/** In the last two minutes nothing stood between the site and the router. */
function couldAct({ agentAway, dark, troubles }: History, { fromMs }: TrueSession, toMs: number): boolean {
  const span = { fromMs: Math.max(fromMs, toMs - offWithinMs - actsWithinMs), toMs };
  return !touches([...agentAway, ...dark, ...troubles], span);
}

/** A device that sent nothing for the plan's time is logged out, also where the router does not do it: the site knows by two reports. */
function idleTooLong(history: History, right: RightHistory): Violation[] {
  const { idleTimeoutSeconds } = right.terms;
  if (idleTimeoutSeconds === undefined) return [];
  return right.sessions.flatMap((session): Violation[] => {
    // One that never counted a byte may be of a router that counts none: it says nothing of silence.
    if (session.bytes === 0) return [];
    const lastMs = session.counted.findLast(({ bytes }, at) => bytes !== (session.counted[at - 1]?.bytes ?? 0))?.atMs;
    const quietMs = session.toMs - Math.max(session.fromMs, lastMs ?? session.fromMs);
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
    const isTimeUsed = terms.useSeconds !== null && onlineSecondsAt(right, knownMs) > terms.useSeconds + 10;
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

const seconds = (ms: number): number => Math.round(ms / 1000);
