/** NO-GIFT and NO-THEFT of a plan that is slow from so many bytes on: at the log-in, and while a session goes on. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, type RightHistory, type TrueSession } from "./history.ts";
import { lookMs, offWithinMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";
import { leastKnownAt, mostToldAt } from "./reports.ts";

interface Speed {
  readonly atMs: number;
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
}

/** Which speeds may be right, in kbit/s: the plan's own, the slow one, or either where the router has told what the site may not have. */
export function speedsAt(
  history: History,
  right: RightHistory,
  when: { readonly knownMs: number; readonly toldMs: number },
): readonly { readonly upKbps: number; readonly downKbps: number }[] {
  const { upKbps = 0, downKbps = 0, slowAfterBytes = Number.POSITIVE_INFINITY } = right.terms;
  const { slowUpKbps = 0, slowDownKbps = 0 } = right.terms;
  const known = leastKnownAt(history, right, { atMs: when.knownMs, isWritten: false, untilMs: when.toldMs });
  const isSlow = known.bytes >= slowAfterBytes;
  const mayBeSlow = mostToldAt(right, when.toldMs).bytes >= slowAfterBytes;
  return [
    ...(isSlow ? [] : [{ upKbps, downKbps }]),
    ...(mayBeSlow ? [{ upKbps: slowUpKbps, downKbps: slowDownKbps }] : []),
  ];
}

export function slowed(history: History): Violation[] {
  return [...history.rights.values()].flatMap((right) =>
    right.sessions.flatMap((session) => {
      const who = `session ${session.session} of ${right.right.rightId} (${right.right.plan})`;
      const slow = right.terms.slowAfterBytes === undefined ? [] : [slowTooSoon, fastTooLong];
      return [otherSpeed, ...slow].flatMap((judge) =>
        judge(history, right, session).map((wrong) => ({ ...wrong, what: `${who} ${wrong.what}` })),
      );
    }),
  );
}

/** At its log-in `as-told.ts` judges it. */
function otherSpeed(history: History, right: RightHistory, session: TrueSession): Violation[] {
  const { upKbps = 0, downKbps = 0, slowAfterBytes } = right.terms;
  const isFull = (speed: Speed) =>
    speed.upBitsPerSecond === upKbps * 1000 && speed.downBitsPerSecond === downKbps * 1000;
  return changesOf(history, session)
    .filter((speed) => session.isCharged && !isFull(speed) && !(slowAfterBytes !== undefined && isSlowOf(right)(speed)))
    .map(({ atMs, upBitsPerSecond, downBitsPerSecond }) => ({
      invariant: "NO-GIFT",
      atMs,
      what: `gets ${upBitsPerSecond}/${downBitsPerSecond} bit/s, which is no speed of its plan`,
    }));
}

const isSlowOf =
  ({ terms: { slowUpKbps = 0, slowDownKbps = 0 } }: RightHistory) =>
  ({ upBitsPerSecond, downBitsPerSecond }: Speed): boolean =>
    upBitsPerSecond === slowUpKbps * 1000 && downBitsPerSecond === slowDownKbps * 1000;

const changesOf = ({ chronicle }: History, { session }: TrueSession): Speed[] =>
  factsOf(chronicle.facts, "speed-changed").filter((fact) => fact.session === session);

function slowTooSoon(history: History, right: RightHistory, session: TrueSession): Violation[] {
  const { slowAfterBytes = 0 } = right.terms;
  return changesOf(history, session)
    .filter(isSlowOf(right))
    .filter(({ atMs }) => mostToldAt(right, atMs).bytes < slowAfterBytes)
    .map(({ atMs }) => ({ invariant: "NO-THEFT", atMs, what: "is slow before its data at full speed was used" }));
}

/** The router told that it is used, and is not told the slow speed, or another one after it. */
function fastTooLong(history: History, right: RightHistory, session: TrueSession): Violation[] {
  const { told, fromMs, toMs } = session;
  const { slowAfterBytes = 0 } = right.terms;
  const known = right.sessions
    .flatMap(({ reports }) => reports)
    .filter(({ isHeard, atMs }) => isHeard && atMs <= toMs)
    .sort((a, b) => a.atMs - b.atMs)
    .find(
      ({ atMs }) => leastKnownAt(history, right, { atMs, isWritten: false, untilMs: toMs }).bytes >= slowAfterBytes,
    );
  if (told === null || known === undefined) return [];
  const dueMs = Math.max(known.atMs, fromMs) + offWithinMs + lookMs;
  const speeds = [{ atMs: fromMs, ...told }, ...changesOf(history, session)];
  const sinceDue = speeds.slice(speeds.findLastIndex(({ atMs }) => atMs <= dueMs));
  if (dueMs >= toMs || sinceDue.every(isSlowOf(right))) return [];
  if (!couldAct(history, session, dueMs)) return [];
  return [{ invariant: "NO-GIFT", atMs: dueMs, what: "is not slow although its data at full speed is used" }];
}
