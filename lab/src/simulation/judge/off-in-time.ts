/** OFF-IN-TIME: a device whose right ended is off within 60 s, unless the site could not act then. */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import {
  broken,
  type History,
  inTheWay,
  lastByteMs,
  type RightHistory,
  type Span,
  type TrueSession,
  touches,
} from "./history.ts";
import { latestEndMs, lookMs, offWithinMs, reportEveryMs } from "./limits.ts";
import { leastKnownAt } from "./reports.ts";

/** After it comes up, or can reach its router again, the site has so long more: it tries again every half minute at the latest. */
const actsWithinMs = 15_000;
/** A session of which nothing is heard for so long is closed as lost: its next report opens it again. */
const lostAfterMs = 15 * 60_000;

export function* offInTime(history: History): Iterable<Violation> {
  for (const right of history.rights.values()) {
    const { rightId, plan } = right.right;
    for (const session of right.sessions) {
      const { toMs } = session;
      const who = `session ${session.session} of ${rightId}`;
      const endMs = latestEndMs(history, right, toMs);
      if (tooLongMs(history, session, endMs) > 0) {
        const what = `${who} (${plan}) was on ${seconds(toMs - endMs)} s after its end at the latest`;
        yield broken("OFF-IN-TIME", toMs, what);
      }
      const toldMs = toldAllMs(history, right, session);
      // On a new stick nobody knows what was used.
      const forgottenMs = history.losses.find((lostMs) => lostMs >= toldMs) ?? Infinity;
      const lateMs = tooLongMs(history, session, toldMs, Math.min(toMs, forgottenMs));
      if (lateMs > 0)
        yield broken("OFF-IN-TIME", toMs, `${who} was on ${seconds(lateMs)} s too long after all its data was told`);
      const quietMs = toMs - lastByteMs(session);
      if (isIdleTooLong(history, right, session, quietMs))
        yield broken("OFF-IN-TIME", toMs, `${who} sent nothing for ${seconds(quietMs)} s and stayed on`);
    }
  }
}

/** For so long a session went on after what was to end it by then. 0: it ended in time, or the site could not act. */
export function tooLongMs(history: History, session: TrueSession, endMs: number, untilMs = session.toMs): number {
  const lateMs = untilMs - Math.max(endMs, session.fromMs) - offWithinMs - lookMs;
  return lateMs > 0 && couldAct(history, session, untilMs) ? lateMs : 0;
}

/** For so long nothing stood between the site and the router, and no session that it took for lost had still to report. */
export function couldAct(history: History, { fromMs }: Pick<TrueSession, "fromMs">, toMs: number): boolean {
  const obstacles = inTheWay(history);
  const within = (ms: number): Span => ({ fromMs: Math.max(fromMs, toMs - offWithinMs - ms), toMs });
  // What the router's list leaves out is taken for lost as well.
  const lost = [
    ...obstacles.filter((span) => span.toMs - span.fromMs > lostAfterMs - reportEveryMs),
    ...history.troubles.filter(({ what }) => what === "leaves-out"),
  ];
  return !touches(obstacles, within(actsWithinMs)) && !touches(lost, within(reportEveryMs));
}

/** When a router that keeps no limit told that all data is used: the site ends the session itself. Infinity: never. */
function toldAllMs(history: History, right: RightHistory, { reports, toMs }: TrueSession): number {
  const { dataBytes, isDataFree } = termsAt(history, right, toMs, "most");
  if (dataBytes === null || isDataFree === true) return Infinity;
  const knownAt = (atMs: number): number => leastKnownAt(history, right, { atMs, isWritten: false }).bytes;
  return reports.find(({ isHeard, atMs }) => isHeard && knownAt(atMs) >= dataBytes)?.atMs ?? Infinity;
}

/** A device that sent nothing for the plan's time is logged out, also where the router does not do it: the site knows by two reports. */
function isIdleTooLong(history: History, right: RightHistory, { toMs, bytes }: TrueSession, quietMs: number): boolean {
  const { idleTimeoutSeconds = Infinity } = right.terms;
  const lateMs = quietMs - idleTimeoutSeconds * 1000 - 2 * reportEveryMs - offWithinMs - lookMs;
  // One that never counted a byte may be of a router that counts none: it says nothing of silence.
  return lateMs > 0 && bytes > 0 && !touches(inTheWay(history, "clock"), { fromMs: toMs - quietMs, toMs });
}

const seconds = (ms: number): number => Math.round(ms / 1000);
