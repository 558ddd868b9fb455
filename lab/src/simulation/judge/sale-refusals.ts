/** Why a site without a hub may refuse the sale of a seller whose PIN was right, or who has logged in on their page. */
import type { FactOf } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";
import { mayHaveSold, sumOf } from "./may-have-sold.ts";
import { inTrouble } from "./worth.ts";

type Excuse = (history: History, ask: FactOf<"asked">, atMs: number) => boolean;

/** So many wrong PINs lock a seller. */
const wrongPinsMin = 5;
/** Fewer tries of all sellers in a minute are no crowd: one phone has ten, and eight tries of one seller wait for each other. */
const triesMin = 8;
const triesWithinMs = 60_000;
/** The page keeps a seller for twelve hours. */
const keptMs = 11.5 * 3_600_000;
/** Another page of the same seller, which logs in or out meanwhile, was opened within this time. */
const besideMs = 600_000;

/** A code that has no row here is no reason. */
const excuses: Readonly<Record<string, Excuse>> = {
  ok: () => true,
  guessing: (history, { isOnPage = false }, atMs) =>
    !isOnPage && asksBetween(history, 0, atMs).filter(isWrongPin).length >= wrongPinsMin,
  "slow-down": (history, { ask, isOnPage = false, atMs: askedMs }, atMs) => {
    const lately = asksBetween(history, askedMs - triesWithinMs, atMs);
    const tries = lately.filter((other) => other.ask !== ask && (other.what === "sale" || other.what === "seller-in"));
    return !isOnPage && (tries.length >= triesMin || mayBeDisturbed(history, askedMs, atMs));
  },
  "logged-out": (history, ask, atMs) => ask.isOnPage === true && mayBeLoggedOut(history, ask, atMs),
  // The disk refuses to keep it.
  fault: (history, { atMs: askedMs }, atMs) => history.wasDamaged || mayBeDisturbed(history, askedMs, atMs),
  // It is another seller's, or used up.
  "bad-request": (history, { rightId, seller }, atMs) =>
    history.wasDamaged ||
    asksBetween(history, 0, atMs).some(
      (other) => other.rightId === rightId && (other.what !== "sale" || other.seller !== seller),
    ),
  // What may have been sold before, and this one.
  "not-offered": (history, { seller = "", rightId, saleCents = 0 }, atMs) => {
    const { floatCents = null, settledCents = 0 } = factsOf(history.chronicle.facts, "habits")[0] ?? {};
    const before = [...mayHaveSold(history, seller, atMs)].filter(([sold]) => sold !== rightId);
    const cents = sumOf(before.map(([, each]) => each)) + saleCents;
    return floatCents !== null && cents > floatCents + settledCents;
  },
};

export const mayRefuseSale = (
  history: History,
  ask: FactOf<"asked">,
  { code, atMs }: Pick<FactOf<"answered">, "code" | "atMs">,
): boolean => excuses[code]?.(history, ask, atMs) === true;

const asksBetween = ({ chronicle }: History, fromMs: number, toMs: number): FactOf<"asked">[] =>
  factsOf(chronicle.facts, "asked").filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);

const isWrongPin = ({ what, rightId }: FactOf<"asked">): boolean => what === "sale" && rightId === null;

const mayBeDisturbed = (history: History, fromMs: number, toMs: number): boolean =>
  inTrouble(history, toMs) || touches(history.troubles, { fromMs, toMs });

/** The agent began anew since the log-in, the log-in's time is over, or the seller has another page open, which logged in or out. */
function mayBeLoggedOut(history: History, { seller, atMs: askedMs }: FactOf<"asked">, atMs: number): boolean {
  const { facts } = history.chronicle;
  const ownAt = facts.findLastIndex((fact) => {
    const ask = fact.kind === "answered" && fact.code === "ok" ? history.asked.get(fact.ask) : undefined;
    return ask?.what === "seller-in" && ask.seller === seller && fact.atMs <= askedMs;
  });
  const own = facts[ownAt];
  if (own === undefined || history.wasDamaged || mayBeDisturbed(history, askedMs, atMs)) return true;
  const since = facts.slice(ownAt).filter((fact) => fact.atMs <= atMs);
  const steps = asksBetween(history, askedMs - besideMs, atMs).filter((ask) => ask.seller === seller);
  return (
    atMs - own.atMs >= keptMs ||
    since.some(({ kind }) => kind === "agent-down" || kind === "agent-beside") ||
    steps.some(({ what }) => what === "seller-out") ||
    steps.filter(({ what }) => what === "seller-in").length > 1
  );
}
