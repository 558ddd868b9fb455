/** NO-THEFT of another's package: a session is charged to what its own phone asked for, and to nothing else. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

export function* ownRight({ chronicle: { facts }, sessions, isAlone }: History): Iterable<Violation> {
  const asked = new Set(factsOf(facts, "asked").map(({ phone, rightId }) => `${phone} ${rightId}`));
  for (const { session, phone, rightId, fromMs } of sessions.filter(({ isCharged }) => isAlone && isCharged)) {
    const what = `session ${session} of phone ${phone} is charged to ${rightId}, for which it never asked`;
    if (!asked.has(`${phone} ${rightId}`)) yield broken("NO-THEFT", fromMs, what);
  }
}
