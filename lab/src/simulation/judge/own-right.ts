/** NO-THEFT of another's package: a session is charged to what its own phone asked for, and to nothing else. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function ownRight({ chronicle: { facts }, sessions, isAlone }: History): Violation[] {
  if (!isAlone) return [];
  const asked = new Set(factsOf(facts, "asked").map(({ phone, rightId }) => `${phone} ${rightId}`));
  return sessions.flatMap(({ session, phone, rightId, isCharged, fromMs }): Violation[] =>
    !isCharged || asked.has(`${phone} ${rightId}`)
      ? []
      : [
          {
            invariant: "NO-THEFT",
            atMs: fromMs,
            what: `session ${session} of phone ${phone} is charged to ${rightId}, for which it never asked`,
          },
        ],
  );
}
