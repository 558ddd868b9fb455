/** OFF-IN-TIME where a phone asks for it: who was told that it is logged out is off. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

/** The looks at the router are so far apart. */
const seenWithinMs = 6000;

export function loggedOut({ chronicle: { facts }, asked, sessions, endsAtMs }: History): Violation[] {
  const moves = factsOf(facts, "new-mac");
  return factsOf(facts, "answered").flatMap(({ ask, code, atMs }): Violation[] => {
    const { what, mac, phone, atMs: askedMs = atMs } = asked.get(ask) ?? {};
    if (what !== "log-out" || mac === undefined || code !== "ok" || atMs + seenWithinMs > endsAtMs) return [];
    // The page sends the phone to the hotspot: it goes there with the address that it has then.
    if (moves.some((move) => move.phone === phone && move.atMs >= askedMs && move.atMs <= atMs)) return [];
    const stays = sessions.find((each) => each.mac === mac && each.fromMs < askedMs && each.toMs > atMs + seenWithinMs);
    if (stays === undefined) return [];
    return [
      {
        invariant: "OFF-IN-TIME",
        atMs,
        what: `phone ${phone} was told that it is logged out, and session ${stays.session} goes on`,
      },
    ];
  });
}
