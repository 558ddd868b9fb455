/** OFF-IN-TIME of what is paused or switched off: nobody is let in by it, whatever their session then does, and who was online is off within 60 s. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { holdsOf } from "./holds.ts";
import { tooLongMs } from "./off-in-time.ts";

/** A log-in that was under way. */
const atOnceMs = 10_000;

export function* heldOff(history: History): Iterable<Violation> {
  // What a customer paused, the site may have lost.
  if (history.wasDamaged) return;
  const typed = factsOf(history.chronicle.facts, "asked").filter(
    ({ what, ask }) => what === "code" && history.answers.get(ask) === "ok",
  );
  for (const { right, sessions } of history.rights.values())
    for (const { by, sureMs, toMs } of holdsOf(history, right.rightId)) {
      const { rightId } = right;
      const who = by === "holder" ? "its holder" : "staff";
      const isHeld = (atMs: number): boolean => atMs > sureMs + atOnceMs && atMs < toMs;
      for (const { atMs, phone } of typed.filter((each) => each.rightId === rightId && isHeld(each.atMs)))
        yield broken("OFF-IN-TIME", atMs, `phone ${phone} typed ${rightId} and was let in although ${who} stopped it`);
      for (const session of sessions) {
        const { session: id, fromMs } = session;
        const lastMs = Math.min(session.toMs, toMs);
        const lateMs = tooLongMs(history, session, sureMs, lastMs);
        if (isHeld(fromMs))
          yield broken("OFF-IN-TIME", fromMs, `session ${id} of ${rightId} began although ${who} stopped it`);
        else if (lateMs > 0) {
          const late = `goes on ${Math.round(lateMs / 1000)} s too long: ${who} stopped it`;
          yield broken("OFF-IN-TIME", lastMs, `session ${id} of ${rightId} ${late}`);
        }
      }
    }
}
