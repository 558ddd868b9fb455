/** SAME-AGAIN: an agent that is stopped by order and started again knows what it knew. */
import type { Books, FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, isIn, type Span, touches } from "./history.ts";
import { mayBeLost, theftMsMax } from "./limits.ts";

export function* sameAgain(history: History): Iterable<Violation> {
  let before: FactOf<"books"> | null = null;
  for (const fact of history.wasDamaged ? [] : history.chronicle.facts) {
    // What strikes in between may change the books.
    if (fact.kind === "router-down" || (fact.kind === "agent-down" && fact.how !== "stopped")) before = null;
    if (fact.kind !== "books") continue;
    const { books, atMs } = fact;
    const difference: string | null =
      books.when === "after-start" && before !== null ? differenceOf(before.books, books, atMs - before.atMs) : null;
    if (difference !== null) yield broken("SAME-AGAIN", atMs, difference);
    if (books.when === "before-stop") before = isIn(history.troubles, atMs) ? null : fact;
    if (books.when === "after-start") before = null;
  }
}

/** Who must wait because of wrong codes waits also when the agent started again meanwhile. */
export function* lockForgotten(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  const locked = new Map<string, Span>();
  for (const { ask, code, atMs, waitSeconds } of factsOf(facts, "answered")) {
    const { what, mac, phone } = history.asked.get(ask) ?? {};
    if (what !== "code" || mac === undefined) continue;
    if (code === "guessing" && waitSeconds !== undefined)
      locked.set(mac, { fromMs: atMs, toMs: atMs + waitSeconds * 1000 });
    const lock = locked.get(mac);
    if (code !== "unknown-user" || lock === undefined || atMs > lock.toMs - 5000) continue;
    // The clock by which a lock is kept may have been moved, and the disk may have refused it.
    const mayBeMoved = history.wasDamaged || touches(history.troubles, { fromMs: lock.fromMs - 600_000, toMs: atMs });
    if (mayBeMoved || mayBeLost(facts, lock.fromMs)) continue;
    const leftSeconds = Math.round((lock.toMs - atMs) / 1000);
    yield broken("SAME-AGAIN", atMs, `phone ${phone} was to wait ${leftSeconds} s more, and its code was tried`);
  }
}

/** `awayMs`: how long it was stopped, by the true clock. */
function differenceOf(before: Books, after: Books, awayMs: number): string | null {
  const clockMovedMs = after.siteClockMs - before.siteClockMs - awayMs;
  const own = new Map(after.grants.map((grant) => [grant.rightId, grant]));
  for (const { rightId, bytes, onlineSeconds, devices, startedAtMs } of before.grants) {
    const now = own.get(rightId);
    if (now === undefined) return `${rightId} was known before the stop, and is not after`;
    if (now.bytes !== bytes) return `${rightId} had used ${bytes} bytes before the stop, and ${now.bytes} after`;
    if (now.onlineSeconds !== onlineSeconds)
      return `${rightId} had ${onlineSeconds} s before the stop, and ${now.onlineSeconds} s after`;
    if (now.devices.join() !== devices.join())
      return `${rightId} had the devices ${devices.join()} before the stop, and ${now.devices.join()} after`;
    const shiftMs = Math.abs((now.startedAtMs ?? 0) - (startedAtMs ?? 0) - clockMovedMs);
    if (startedAtMs !== null && now.startedAtMs !== startedAtMs && shiftMs > theftMsMax)
      return `${rightId} began at ${startedAtMs} before the stop, and at ${now.startedAtMs} after`;
  }
  if (JSON.stringify(before.soldCents) !== JSON.stringify(after.soldCents))
    return `sellers owed ${JSON.stringify(before.soldCents)} before the stop, and ${JSON.stringify(after.soldCents)} after`;
  return null;
}
