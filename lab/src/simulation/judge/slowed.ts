/** NO-GIFT and NO-THEFT of a plan that is slow from so many bytes on: at the log-in, and while a session goes on. */
import type { PlanTerms, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, type RightHistory, type TrueSession } from "./history.ts";
import { lookMs, offWithinMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";
import { leastKnownAt, mostToldAt } from "./reports.ts";

interface Speed {
  readonly atMs: number;
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
}
type Kbps = Pick<PlanTerms, "upKbps" | "downKbps">;

/** Which speeds may be right, in kbit/s: the plan's own, the slow one, or either where the router has told what the site may not have. */
export function speedsAt(
  history: History,
  right: RightHistory,
  when: { readonly knownMs: number; readonly toldMs: number },
): readonly { readonly upKbps: number; readonly downKbps: number }[] {
  const { upKbps = 0, downKbps = 0, slowAfterBytes = Infinity } = right.terms;
  const { slowUpKbps = 0, slowDownKbps = 0 } = right.terms;
  const known = leastKnownAt(history, right, { atMs: when.knownMs, isWritten: false, untilMs: when.toldMs });
  const isSlow = known.bytes >= slowAfterBytes;
  const mayBeSlow = mostToldAt(right, when.toldMs).bytes >= slowAfterBytes;
  return [
    ...(isSlow ? [] : [{ upKbps, downKbps }]),
    ...(mayBeSlow ? [{ upKbps: slowUpKbps, downKbps: slowDownKbps }] : []),
  ];
}

export function* slowed(history: History): Iterable<Violation> {
  for (const right of history.rights.values())
    for (const session of right.sessions) {
      const who = `session ${session.session} of ${right.right.rightId} (${right.right.plan})`;
      for (const { invariant, atMs, what } of [
        ...wrongChanges(history, right, session),
        ...fastTooLong(history, right, session),
      ])
        yield broken(invariant, atMs, `${who} ${what}`);
    }
}

const isAt = ({ upKbps = 0, downKbps = 0 }: Kbps, { upBitsPerSecond, downBitsPerSecond }: Speed): boolean =>
  upBitsPerSecond === upKbps * 1000 && downBitsPerSecond === downKbps * 1000;

/** The slow one of a plan that has none is told to nobody. */
const isSlow = ({ slowAfterBytes, slowUpKbps, slowDownKbps }: PlanTerms, speed: Speed): boolean =>
  slowAfterBytes !== undefined && isAt({ upKbps: slowUpKbps, downKbps: slowDownKbps }, speed);

const changesOf = ({ chronicle }: History, { session }: TrueSession): Speed[] =>
  factsOf(chronicle.facts, "speed-changed").filter((fact) => fact.session === session);

/** At its log-in `as-told.ts` judges it. */
function* wrongChanges(history: History, right: RightHistory, session: TrueSession): Iterable<Violation> {
  const { terms } = right;
  for (const change of changesOf(history, session)) {
    const { atMs, upBitsPerSecond, downBitsPerSecond } = change;
    if (isSlow(terms, change)) {
      if (mostToldAt(right, atMs).bytes < (terms.slowAfterBytes ?? 0))
        yield broken("NO-THEFT", atMs, "is slow before its data at full speed was used");
    } else if (session.isCharged && !isAt(terms, change))
      yield broken(
        "NO-GIFT",
        atMs,
        `gets ${upBitsPerSecond}/${downBitsPerSecond} bit/s, which is no speed of its plan`,
      );
  }
}

/** The router told that it is used, and is not told the slow speed, or another one after it. */
function* fastTooLong(history: History, right: RightHistory, session: TrueSession): Iterable<Violation> {
  const { told, fromMs, toMs } = session;
  const { slowAfterBytes } = right.terms;
  if (told === null || slowAfterBytes === undefined) return;
  const heard = right.sessions.flatMap(({ reports }) => reports).filter(({ isHeard, atMs }) => isHeard && atMs <= toMs);
  const isUsedAt = (atMs: number): boolean =>
    leastKnownAt(history, right, { atMs, isWritten: false, untilMs: toMs }).bytes >= slowAfterBytes;
  const known = heard.sort((a, b) => a.atMs - b.atMs).find(({ atMs }) => isUsedAt(atMs));
  const dueMs = Math.max(known?.atMs ?? Infinity, fromMs) + offWithinMs + lookMs;
  if (dueMs >= toMs || !couldAct(history, session, dueMs)) return;
  const speeds = [{ atMs: fromMs, ...told }, ...changesOf(history, session)];
  const sinceDue = speeds.slice(speeds.findLastIndex(({ atMs }) => atMs <= dueMs));
  if (!sinceDue.every((speed) => isSlow(right.terms, speed)))
    yield broken("NO-GIFT", dueMs, "is not slow although its data at full speed is used");
}
