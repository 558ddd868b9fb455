/** NO-GIFT of guesses: a device has eight wrong codes, a seller five wrong PINs, and one more for each minute or ten; then it waits for as long as it must. */
import type { FactOf, Violation } from "./chronicle.ts";
import { broken, type History } from "./history.ts";

interface Rule {
  readonly wrongMax: number;
  readonly drainMs: number;
  readonly lockSeconds: number;
}
const codes: Rule = { wrongMax: 8, drainMs: 60_000, lockSeconds: 300 };
const pins: Rule = { wrongMax: 5, drainMs: 600_000, lockSeconds: 900 };

/** The PIN was not read, or was wrong. */
const unread = new Set(["wrong-password", "slow-down"]);

const isRightPin = ({ what, rightId }: FactOf<"asked">): boolean =>
  what === "seller-in" || (what === "sale" && rightId !== null);

/** What is known of a device or seller: each try that was heard and was wrong. */
interface Tries {
  wrong: number;
  lastMs: number;
}

export function* wrongTries({ chronicle: { facts }, asked, answers }: History): Iterable<Violation> {
  const known = new Map<string, Tries>();
  const lastRight = new Map<string, number>();
  for (const fact of facts) {
    // Single tries are in memory alone.
    if (fact.kind === "agent-up" || fact.kind === "agent-down") known.clear();
    // A right PIN clears what was wrong before, whatever becomes of the sale: it is read between the ask and the answer.
    const pin = fact.kind === "asked" ? fact : fact.kind === "answered" ? asked.get(fact.ask) : undefined;
    if (pin?.seller !== undefined && isRightPin(pin) && !unread.has(answers.get(pin.ask) ?? "")) {
      known.delete(pin.seller);
      lastRight.set(pin.seller, pin.ask);
    }
    if (fact.kind !== "answered") continue;
    const { code, atMs, waitSeconds = 0 } = fact;
    const ask = asked.get(fact.ask);
    const isPin = ask?.what === "sale" || ask?.what === "seller-in";
    const who = isPin ? ask.seller : ask?.what === "code" && ask.phone >= 0 ? ask.mac : undefined;
    if (who === undefined) continue;
    const rule = isPin ? pins : codes;
    const { wrong, lastMs } = known.get(who) ?? { wrong: 0, lastMs: atMs };
    if (code === "guessing") {
      known.delete(who);
      const leastSeconds = rule.lockSeconds - Math.ceil((atMs - lastMs) / 1000);
      // A seller's phone may be locked beside the seller, for less.
      if (!isPin && wrong > 0 && waitSeconds < leastSeconds)
        yield broken("NO-GIFT", atMs, `${who} is locked for ${fact.waitSeconds} s alone`);
    }
    // What was asked before a right PIN may have been read before it, too.
    if (code !== (isPin ? "wrong-password" : "unknown-user") || fact.ask < (lastRight.get(who) ?? 0)) continue;
    const now = Math.max(0, wrong - (atMs - lastMs) / rule.drainMs) + 1;
    known.set(who, { wrong: now, lastMs: atMs });
    if (now >= rule.wrongMax) yield broken("NO-GIFT", atMs, `${who} had ${Math.floor(now)} wrong tries, and was heard`);
  }
}

/** Fewer wrong tries of its own lock no device. */
const ownTriesMin = 4;
/** Turns are given out by host, so a flood of made-up devices costs an honest one no more. */
const waitSecondsMax = 10;

/** NO-THEFT: who types a right code waits for others for a moment, and is locked out only for wrong tries of its own. */
export function* toldToWait({ chronicle: { facts }, asked }: History): Iterable<Violation> {
  const tries = new Map<number, number>();
  const count = (phone: number): void => void tries.set(phone, (tries.get(phone) ?? 0) + 1);
  for (const fact of facts) {
    if (fact.kind === "asked" && fact.what === "account" && fact.rightId === null) count(fact.phone);
    if (fact.kind !== "answered") continue;
    const { ask, code, atMs, waitSeconds = 0 } = fact;
    const { what, phone, rightId } = asked.get(ask) ?? {};
    if (what !== "code" || phone === undefined) continue;
    // Also a right code whose time is over may be a wrong try.
    if (code !== "ok" && code !== "guessing" && code !== "one-moment") count(phone);
    if (rightId === null) continue;
    const own = tries.get(phone) ?? 0;
    const who = `phone ${phone} typed a right code`;
    if (code === "guessing" && own < ownTriesMin)
      yield broken("NO-THEFT", atMs, `${who}, and was locked out after ${own} wrong tries of its own`);
    if (code === "one-moment" && waitSeconds > waitSecondsMax)
      yield broken("NO-THEFT", atMs, `${who}, and is to wait ${waitSeconds} s because of others`);
  }
}
