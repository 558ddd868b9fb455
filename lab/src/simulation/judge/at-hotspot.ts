/** A name and a word typed at the hotspot itself: the right ones let in what is worth something (NO-THEFT), and wrong ones let nobody in (NO-GIFT). */
import type { Fact, FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { atOnceMs } from "./limits.ts";
import { mayBeRefused } from "./worth.ts";

/** Who waits is heard soon. */
const waits = /^(Too many wrong codes|One moment, please|already authorizing)/;

export function* atHotspot(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  for (const { ask, isOnline, message, atMs } of factsOf(facts, "hotspot-said")) {
    const asked = history.asked.get(ask);
    if (asked === undefined || (asked.what !== "account" && asked.what !== "repeat")) continue;
    const { phone, rightId } = asked;
    if (isOnline) {
      if (rightId === null && !hasCookie(facts, asked, atMs))
        yield broken("NO-GIFT", atMs, `phone ${phone} is online with a wrong password`);
      continue;
    }
    const right = history.rights.get(rightId ?? "");
    if (right === undefined || waits.test(message) || mayBeRefused(history, right, phone, atMs)) continue;
    yield broken("NO-THEFT", atMs, `phone ${phone} has ${rightId} (${right.right.plan}) and heard "${message}"`);
  }
}

/** The router let it in by its cookie meanwhile. */
export const hasCookie = (facts: readonly Fact[], { phone, atMs: askedMs }: FactOf<"asked">, atMs: number): boolean =>
  factsOf(facts, "came-back").some(
    (each) => each.phone === phone && each.atMs > askedMs - atOnceMs && each.atMs <= atMs,
  );
