/** What a router told the site of a right's use: the most that the site can have heard, and the least that it may not forget (BYTES-KEPT). */
import type { FactOf } from "./chronicle.ts";
import { type History, type RightHistory, type TrueSession, touches, troublesBy } from "./history.ts";
import { idleSecondsOf } from "./limits.ts";

interface Use {
  readonly bytes: number;
  readonly seconds: number;
}

interface Moment {
  readonly atMs: number;
  readonly isWritten: boolean;
  readonly untilMs?: number;
}

/** Interims that the site has may wait for so long before they are written; and as long again after a disk that refused. */
const writtenWithinMs = 65_000;

/** All that its router had sent by then, heard or not. */
export function mostToldAt({ sessions }: RightHistory, atMs: number): Use {
  return sumOf(sessions.map(({ reports }) => maxOf(reports.filter((report) => report.atMs <= atMs))));
}

/** The same, with the time since then of what the site takes for open: a log-in beside it is told what is left without that. */
export function mostCountedAt(right: RightHistory, atMs: number): Use {
  const { bytes } = mostToldAt(right, atMs);
  const running = right.sessions
    .filter(({ fromMs }) => fromMs <= atMs)
    .map(({ fromMs, reports }) => {
      const told = reports.filter((report) => report.atMs <= atMs);
      const { seconds } = maxOf(told);
      const isOver = told.some(({ status, isHeard }) => status === "stop" && isHeard);
      return { bytes: 0, seconds: isOver ? seconds : Math.max(seconds, Math.ceil((atMs - fromMs) / 1000)) };
    });
  return { bytes, seconds: sumOf(running).seconds };
}

/**
 * What the site said by then that it has, and no crash before `untilMs` (absent: the same moment) can have taken from it. `isWritten`: only what is on its
 * disk for certain.
 */
export function leastKnownAt(history: History, { sessions, terms }: RightHistory, when: Moment): Use {
  if (history.damagedMs <= (when.untilMs ?? when.atMs)) return { bytes: 0, seconds: 0 };
  return sumOf(
    sessions.map((session) => {
      if (!session.isCharged) return { bytes: 0, seconds: 0 };
      const kept = session.reports.filter((report) => report.isHeard && isKept(history, report, when));
      const { bytes } = maxOf(kept);
      const next = sessions.find(({ phone, fromMs }) => phone === session.phone && fromMs > session.fromMs);
      const stayed = kept.filter((report) => next === undefined || report.atMs < next.fromMs);
      return {
        bytes,
        seconds: maxOf(stayed.map((report) => withoutSilence(session, report, idleSecondsOf(terms)))).seconds,
      };
    }),
  );
}

function isKept(
  history: History,
  { status, atMs: heardMs }: FactOf<"report">,
  { atMs, isWritten, untilMs = atMs }: Moment,
): boolean {
  if (heardMs > atMs) return false;
  if (status === "stop") return true;
  // Who shares its folder can't write down what waits.
  const { crashes, stops, besideMs } = history;
  if (besideMs <= atMs) return false;
  const within = { fromMs: heardMs, toMs: heardMs + writtenWithinMs };
  const disks = troublesBy(history, "disk").filter((disk) => touches([disk], within));
  const refused = disks.map(({ toMs }) => toMs);
  const writtenMs = Math.max(heardMs, ...refused) + writtenWithinMs;
  if (isWritten && writtenMs > atMs) return false;
  // Who stops by order writes what waits first, but for a disk that refuses.
  const ends = refused.length === 0 ? crashes : [...crashes, ...stops];
  return !ends.some((endMs) => endMs >= heardMs && endMs <= Math.min(untilMs, writtenMs));
}

/** A phone that went on elsewhere, or sent nothing for long, may be charged less time than its router counted. */
function withoutSilence(session: TrueSession, report: FactOf<"report">, idleSeconds: number): Use {
  const before = session.reports.filter(({ atMs }) => atMs <= report.atMs);
  const moved = before.findLast(({ bytes }, at) => bytes > (before[at - 1]?.bytes ?? 0));
  return { bytes: report.bytes, seconds: Math.min(report.seconds, (moved?.seconds ?? 0) + idleSeconds) };
}

const maxOf = (uses: readonly Use[]): Use => ({
  bytes: Math.max(0, ...uses.map(({ bytes }) => bytes)),
  seconds: Math.max(0, ...uses.map(({ seconds }) => seconds)),
});

const sumOf = (uses: readonly Use[]): Use => ({
  bytes: uses.reduce((sum, { bytes }) => sum + bytes, 0),
  seconds: uses.reduce((sum, { seconds }) => sum + seconds, 0),
});
