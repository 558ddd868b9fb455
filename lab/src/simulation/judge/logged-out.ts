/** OFF-IN-TIME where a phone asks for it: who was told that it is logged out is off. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { lookMs } from "./limits.ts";

export function* loggedOut({ chronicle: { facts }, asked, sessions, endsAtMs }: History): Iterable<Violation> {
  for (const { ask, code, atMs } of factsOf(facts, "answered")) {
    const { what, mac, phone, atMs: askedMs = atMs } = asked.get(ask) ?? {};
    if (what !== "log-out" || mac === undefined || code !== "ok" || atMs + lookMs > endsAtMs) continue;
    // The page sends the phone to the hotspot: it goes there with the address that it has then.
    if (factsOf(facts, "new-mac").some((each) => each.phone === phone && each.atMs >= askedMs && each.atMs <= atMs))
      continue;
    const stays = sessions.find((each) => each.mac === mac && each.fromMs < askedMs && each.toMs > atMs + lookMs);
    if (stays !== undefined)
      yield broken(
        "OFF-IN-TIME",
        atMs,
        `phone ${phone} was told that it is logged out, and session ${stays.session} goes on`,
      );
  }
}
