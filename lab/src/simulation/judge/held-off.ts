/** OFF-IN-TIME of what is paused or switched off: nobody is let in by it, whatever their session then does, and who was online is off within 60 s. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { holdsOf } from "./holds.ts";
import { lookMs, offWithinMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";

/** A log-in that was under way. */
const atOnceMs = 10_000;

export function heldOff(history: History): Violation[] {
  // What a customer paused, the site may have lost.
  if (history.wasDamaged) return [];
  const { facts } = history.chronicle;
  const answers = new Map(factsOf(facts, "answered").map(({ ask, code }) => [ask, code]));
  const typed = factsOf(facts, "asked").filter(({ what, ask }) => what === "code" && answers.get(ask) === "ok");
  return [...history.rights.values()].flatMap((right) =>
    holdsOf(history, right.right.rightId).flatMap(({ by, sureMs, toMs }) => {
      const { rightId } = right.right;
      const who = by === "holder" ? "its holder" : "staff";
      const broken = (atMs: number, what: string): Violation[] => [{ invariant: "OFF-IN-TIME", atMs, what }];
      const letIn = typed
        .filter((each) => each.rightId === rightId && each.atMs > sureMs + atOnceMs && each.atMs < toMs)
        .flatMap(({ atMs, phone }) =>
          broken(atMs, `phone ${phone} typed ${rightId} and was let in although ${who} stopped it`),
        );
      const online = right.sessions.flatMap((session): Violation[] => {
        if (session.fromMs > sureMs + atOnceMs && session.fromMs < toMs)
          return broken(session.fromMs, `session ${session.session} of ${rightId} began although ${who} stopped it`);
        const lastMs = Math.min(session.toMs, toMs);
        const lateMs = lastMs - Math.max(sureMs, session.fromMs) - offWithinMs - lookMs;
        if (lateMs <= 0 || !couldAct(history, session, lastMs)) return [];
        const late = `goes on ${Math.round(lateMs / 1000)} s too long: ${who} stopped it`;
        return broken(lastMs, `session ${session.session} of ${rightId} ${late}`);
      });
      return [...letIn, ...online];
    }),
  );
}
