/** A name and a word typed at the hotspot itself: the right ones let in what is worth something (NO-THEFT), and wrong ones let nobody in (NO-GIFT). */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { atOnceMs } from "./limits.ts";
import { inTrouble, isOver, othersOf } from "./worth.ts";

/** Who waits is heard soon. */
const waits = /^(Too many wrong codes|One moment, please|already authorizing)/;

export function atHotspot(history: History): Violation[] {
  const { asked } = history;
  const { facts } = history.chronicle;
  const back = factsOf(facts, "came-back");
  return factsOf(facts, "hotspot-said").flatMap(({ ask, isOnline, message, atMs }): Violation[] => {
    const { what, phone, rightId, atMs: askedMs = atMs } = asked.get(ask) ?? {};
    if ((what !== "account" && what !== "repeat") || phone === undefined) return [];
    // The router let it in by its cookie meanwhile.
    const hasCookie = back.some((each) => each.phone === phone && each.atMs > askedMs - atOnceMs && each.atMs <= atMs);
    if (isOnline && rightId === null && !hasCookie)
      return [{ invariant: "NO-GIFT", atMs, what: `phone ${phone} is online with a wrong password` }];
    const right = rightId == null ? undefined : history.rights.get(rightId);
    if (isOnline || right === undefined || waits.test(message) || inTrouble(history, atMs)) return [];
    if (history.wasDamaged || isOver(right, atMs, history) || othersOf(history, right, phone) >= right.terms.devices)
      return [];
    const { plan } = right.right;
    return [{ invariant: "NO-THEFT", atMs, what: `phone ${phone} has ${rightId} (${plan}) and heard "${message}"` }];
  });
}
