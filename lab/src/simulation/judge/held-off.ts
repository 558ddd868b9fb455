/** OFF-IN-TIME of what is paused or switched off: nobody is let in by it, and who was online is off within 60 s. */
import type { Violation } from "./chronicle.ts";
import type { History } from "./history.ts";
import { holdsOf } from "./holds.ts";
import { lookMs, offWithinMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";

/** A log-in that was under way. */
const atOnceMs = 10_000;

export function heldOff(history: History): Violation[] {
  // What a customer paused, the site may have lost.
  if (history.wasDamaged) return [];
  return [...history.rights.values()].flatMap((right) =>
    holdsOf(history, right.right.rightId).flatMap(({ by, sureMs, toMs }) =>
      right.sessions.flatMap((session): Violation[] => {
        const { rightId } = right.right;
        const who = by === "holder" ? "its holder" : "staff";
        const broken = (atMs: number, what: string): Violation[] => [{ invariant: "OFF-IN-TIME", atMs, what }];
        if (session.fromMs > sureMs + atOnceMs && session.fromMs < toMs)
          return broken(session.fromMs, `session ${session.session} of ${rightId} began although ${who} stopped it`);
        const lastMs = Math.min(session.toMs, toMs);
        const lateMs = lastMs - Math.max(sureMs, session.fromMs) - offWithinMs - lookMs;
        if (lateMs <= 0 || !couldAct(history, session, lastMs)) return [];
        return broken(
          lastMs,
          `session ${session.session} of ${rightId} goes on ${Math.round(lateMs / 1000)} s too long: ${who} stopped it`,
        );
      }),
    ),
  );
}
