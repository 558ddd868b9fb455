/** A name and a word typed at the hotspot itself: the right ones let in what is worth something (NO-THEFT), and wrong ones let nobody in (NO-GIFT). */
import type { Fact, FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, type RightHistory } from "./history.ts";
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

/** A line whose package begins anew with each period has a right of its own for each: `<right>.<its beginning>`. */
function isPeriodUsed(history: History, right: RightHistory, atMs: number): boolean {
  const ofPeriods = history.sessions.filter(({ rightId }) => rightId?.startsWith(`${right.right.rightId}.`) === true);
  return [...Map.groupBy(ofPeriods, ({ rightId }) => rightId).values()].some((sessions) => {
    const period = { ...right, sessions };
    return isDataUsed(period, atMs, history) || isTimeUsed(period, atMs, history);
  });
}

/** The router let it in by its cookie meanwhile. */
export const hasCookie = (facts: readonly Fact[], { phone, atMs: askedMs }: FactOf<"asked">, atMs: number): boolean =>
  factsOf(facts, "came-back").some(
    (each) => each.phone === phone && each.atMs > askedMs - atOnceMs && each.atMs <= atMs,
  );
