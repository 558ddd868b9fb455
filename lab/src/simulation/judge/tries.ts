/** NO-GIFT of guesses: a device has eight wrong codes, a seller five wrong PINs, and one more for each minute or ten; then it waits for as long as it must. */
import type { FactOf, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

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

export function wrongTries({ chronicle: { facts }, asked }: History): Violation[] {
  const answers = new Map(factsOf(facts, "answered").map(({ ask, code }) => [ask, code]));
  const known = new Map<string, Tries>();
  return facts.flatMap((fact): Violation[] => {
    // Single tries are in memory alone.
    if (fact.kind === "agent-up" || fact.kind === "agent-down") known.clear();
    // Its PIN is read between the ask and the answer.
    if (fact.kind === "asked" && isRightPin(fact) && fact.seller !== undefined)
      if (!unread.has(answers.get(fact.ask) ?? "")) known.delete(fact.seller);
    if (fact.kind !== "answered") return [];
    const ask = asked.get(fact.ask);
    const isPin = ask?.what === "sale" || ask?.what === "seller-in";
    const who = isPin ? ask.seller : ask?.what === "code" && ask.phone >= 0 ? ask.mac : undefined;
    if (who === undefined) return [];
    const rule = isPin ? pins : codes;
    const { wrong, lastMs } = known.get(who) ?? { wrong: 0, lastMs: fact.atMs };
    const broken = (what: string): Violation[] => [{ invariant: "NO-GIFT", atMs: fact.atMs, what: `${who} ${what}` }];
    if (fact.code === "guessing") {
      known.delete(who);
      const leastSeconds = rule.lockSeconds - Math.ceil((fact.atMs - lastMs) / 1000);
      // A seller's phone may be locked beside the seller, for less.
      if (isPin || (!known.has(who) && wrong === 0)) return [];
      return (fact.waitSeconds ?? 0) >= leastSeconds ? [] : broken(`is locked for ${fact.waitSeconds} s alone`);
    }
    // The right PIN clears what was wrong before, whatever becomes of the sale.
    if (isPin && isRightPin(ask) && !unread.has(fact.code)) known.delete(who);
    if (fact.code !== (isPin ? "wrong-password" : "unknown-user")) return [];
    const now = Math.max(0, wrong - (fact.atMs - lastMs) / rule.drainMs) + 1;
    known.set(who, { wrong: now, lastMs: fact.atMs });
    return now < rule.wrongMax ? [] : broken(`had ${Math.floor(now)} wrong tries, and was heard`);
  });
}

/** Fewer wrong tries of its own lock no device. */
const ownTriesMin = 4;
/** Turns are given out by host, so a flood of made-up devices costs an honest one no more. */
const waitSecondsMax = 10;

/** NO-THEFT: who types a right code waits for others for a moment, and is locked out only for wrong tries of its own. */
export function toldToWait({ chronicle: { facts }, asked }: History): Violation[] {
  const wrongTries = new Map<number, number>();
  return facts.flatMap((fact): Violation[] => {
    if (fact.kind === "asked" && fact.what === "account" && fact.rightId === null) count(wrongTries, fact.phone);
    if (fact.kind !== "answered") return [];
    const { ask, code, atMs, waitSeconds = 0 } = fact;
    const { what, phone, rightId } = asked.get(ask) ?? {};
    if (what !== "code" || phone === undefined) return [];
    // Also a right code whose time is over may be a wrong try.
    if (code !== "ok" && code !== "guessing" && code !== "one-moment") count(wrongTries, phone);
    if (rightId === null) return [];
    const broken = (why: string): Violation[] => [{ invariant: "NO-THEFT", atMs, what: `phone ${phone} ${why}` }];
    const own = wrongTries.get(phone) ?? 0;
    if (code === "guessing" && own < ownTriesMin)
      return broken(`typed a right code, and was locked out after ${own} wrong tries of its own`);
    if (code === "one-moment" && waitSeconds > waitSecondsMax)
      return broken(`typed a right code, and is to wait ${waitSeconds} s because of others`);
    return [];
  });
}

const count = (tries: Map<number, number>, phone: number): void => void tries.set(phone, (tries.get(phone) ?? 0) + 1);
