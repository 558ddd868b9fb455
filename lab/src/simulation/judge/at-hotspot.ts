/** A name and a word typed at the hotspot itself: the right ones let in what is worth something (NO-THEFT), and wrong ones let nobody in (NO-GIFT). */
import type { Fact, FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, isOfRight, type RightHistory } from "./history.ts";
import { atOnceMs } from "./limits.ts";
import { isDataUsed, isTimeUsed, mayBeRefused } from "./worth.ts";

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
    if (isPeriodUsed(history, right, atMs)) continue;
    yield broken("NO-THEFT", atMs, `phone ${phone} has ${rightId} (${right.right.plan}) and heard "${message}"`);
  }
}

/** Of a line each period counts for itself. */
function isPeriodUsed(history: History, right: RightHistory, atMs: number): boolean {
  const isOf = isOfRight(right.right.rightId);
  const periods = Map.groupBy(history.sessions, ({ rightId }) => rightId ?? "");
  return [...periods].some(([rightId, sessions]) => {
    const period = { ...right, sessions };
    return isOf(rightId) && (isDataUsed(period, atMs, history) || isTimeUsed(period, atMs, history));
  });
}

/** The router let it in by its cookie meanwhile. */
export const hasCookie = (facts: readonly Fact[], { phone, atMs: askedMs }: FactOf<"asked">, atMs: number): boolean =>
  factsOf(facts, "came-back").some(
    (each) => each.phone === phone && each.atMs > askedMs - atOnceMs && each.atMs <= atMs,
  );
