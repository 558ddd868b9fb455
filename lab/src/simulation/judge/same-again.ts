/** SAME-AGAIN: an agent that is stopped by order and started again knows what it knew. */
import type { Books, Violation } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";
import { theftMsMax } from "./limits.ts";
import { mayBeLost } from "./unsynced.ts";

export function sameAgain(history: History): Violation[] {
  const { facts } = history.chronicle;
  const found: Violation[] = lockForgotten(history);
  let before: { readonly atMs: number; readonly books: Books } | null = null;
  for (const fact of facts) {
    // What strikes in between may change the books.
    if (
      fact.kind === "damaged" ||
      fact.kind === "stick-changed" ||
      fact.kind === "router-down" ||
      (fact.kind === "agent-down" && fact.how !== "stopped")
    )
      before = null;
    if (fact.kind !== "books") continue;
    const isDiskWell = !touches(history.troubles, { fromMs: fact.atMs, toMs: fact.atMs });
    if (fact.books.when === "before-stop") before = isDiskWell ? fact : null;
    if (fact.books.when !== "after-start" || before === null) continue;
    const difference = differenceOf(before.books, fact.books, fact.atMs - before.atMs);
    if (difference !== null && !history.wasDamaged)
      found.push({ invariant: "SAME-AGAIN", atMs: fact.atMs, what: difference });
    before = null;
  }
  return found;
}

/** Who must wait because of wrong codes waits also when the agent started again meanwhile. */
function lockForgotten(history: History): Violation[] {
  const found: Violation[] = [];
  const locked = new Map<string, { readonly fromMs: number; readonly untilMs: number }>();
  for (const { ask, code, atMs, waitSeconds } of factsOf(history.chronicle.facts, "answered")) {
    const asked = history.asked.get(ask);
    if (asked?.what !== "code" || asked.mac === undefined) continue;
    if (code === "guessing" && waitSeconds !== undefined)
      locked.set(asked.mac, { fromMs: atMs, untilMs: atMs + waitSeconds * 1000 });
    const lock = locked.get(asked.mac);
    if (code !== "unknown-user" || lock === undefined || atMs > lock.untilMs - 5000) continue;
    if (mayBeLost(history.chronicle.facts, lock.fromMs)) continue;
    // The clock by which a lock is kept may have been moved, and the disk may have refused it.
    if (history.wasDamaged || touches(history.troubles, { fromMs: lock.fromMs - 600_000, toMs: atMs })) continue;
    const what = `phone ${asked.phone} was to wait ${Math.round((lock.untilMs - atMs) / 1000)} s more, and its code was tried`;
    found.push({ invariant: "SAME-AGAIN", atMs, what });
  }
  return found;
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
