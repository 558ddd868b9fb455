/** NO-THEFT: who is online stays in while the right is worth something, unless its own doing or somebody else's place ended that. */
import type { AskKind, Fact, FactOf, Violation } from "./chronicle.ts";
import { endedAtOldData, goesOnWithMore, hadEmptyYes } from "./gift-ends.ts";
import {
  broken,
  factsOf,
  type History,
  inTheWay,
  lastByteMs,
  type RightHistory,
  type TrueSession,
  touches,
} from "./history.ts";
import { idleSecondsOf, lookMs } from "./limits.ts";
import { hasNoPlace, inTrouble, isOver } from "./worth.ts";

/** Causes that say that the right, or the place of this device, is over. */
const endings = new Set<string | null>(["Session-Timeout", "NAS-Request", "Admin-Reset"]);
const latelyMs = 120_000;

type Excuse = (history: History, right: RightHistory, session: TrueSession) => boolean;
const excuses: readonly Excuse[] = [
  isIdle,
  goesOnWithMore,
  endedAtOldData,
  hadEmptyYes,
  hasChangedByAsk,
  isLeftBehind,
  (history, _, { toMs }) => history.wasDamaged || inTrouble(history, toMs, "clock"),
];

export function* endedEarly(history: History): Iterable<Violation> {
  for (const right of history.rights.values()) {
    const { rightId, plan } = right.right;
    const proofs = proofsOf(history, right);
    for (const one of right.sessions.toSorted((a, b) => a.toMs - b.toMs)) {
      const { session, cause, toMs, fromMs } = one;
      if (!endings.has(cause) || isOver(right, toMs, history)) continue;
      if (excuses.some((isExcused) => isExcused(history, right, one))) continue;
      // Last of all: the proof by which another device took its place explains the end of no other session.
      if (lostItsPlace(history, right, one, proofs)) continue;
      const ended = `session ${session} of ${rightId} (${plan}) ended by ${cause} after ${Math.round((toMs - fromMs) / 1000)} s`;
      yield broken("NO-THEFT", toMs, `${ended}, and the right was not over`);
    }
  }
}

const proves = new Set<AskKind>(["code", "account", "put-on"]);

/** With each of these a device may have taken the place of another one. */
const proofsOf = ({ chronicle }: History, { right }: RightHistory): Set<FactOf<"asked">> =>
  new Set(factsOf(chronicle.facts, "asked").filter((ask) => ask.rightId === right.rightId && proves.has(ask.what)));

/**
 * Another device came with proof, which costs one device its place: who only comes back takes no place of one that is online. What a hub told of devices
 * before is not known here.
 */
function lostItsPlace(
  history: History,
  right: RightHistory,
  { phone, mac, toMs }: TrueSession,
  proofs: Set<FactOf<"asked">>,
): boolean {
  if (!hasNoPlace(history, right, phone)) return false;
  if (!history.isAlone || history.besideMs < toMs) return true;
  const others = [...proofs].filter(
    (ask) => (ask.phone !== phone || ask.mac !== mac) && ask.atMs <= toMs && !hadRoom(history, right, ask),
  );
  const lately = others.find(({ atMs }) => atMs > toMs - latelyMs);
  if (lately !== undefined) return proofs.delete(lately);
  // What stood in the way since then may have kept its session from being ended.
  return others.some(({ atMs }) => touches(inTheWay(history), { fromMs: atMs, toMs }));
}

/** Fewer were online than the right is for, as far as the site knew: who came then took a place that nobody used. */
function hadRoom({ losses }: History, { terms, sessions }: RightHistory, { atMs, phone }: FactOf<"asked">): boolean {
  const isThere = (one: TrueSession) => one.fromMs < (one.phone === phone ? atMs : atMs + latelyMs);
  const isKnownOver = ({ reports }: TrueSession) =>
    reports.some((report) => report.status === "stop" && report.isHeard && report.atMs < atMs);
  return losses.length === 0 && sessions.filter((one) => isThere(one) && !isKnownOver(one)).length < terms.devices;
}

/** From the router's report to the site's request: who sends again in that time was silent all the same. */
const endingMs = 10_000;

/** It sent nothing for the plan's time: where the router does not end it, the site does. */
function isIdle(_: History, { terms }: RightHistory, session: TrueSession): boolean {
  const { toMs } = session;
  return toMs - lastByteMs(session, toMs - endingMs) + lookMs >= idleSecondsOf(terms) * 1000;
}

/** The phone had gone on under another MAC: what a router that was deaf ends late is a session that nobody surfs by. */
function isLeftBehind(_: History, { sessions }: RightHistory, { phone, mac, fromMs, toMs }: TrueSession): boolean {
  return sessions.some(
    (next) => next.phone === phone && next.mac !== mac && next.fromMs > fromMs && next.fromMs < toMs,
  );
}

/** It asked to be logged out, or it went on elsewhere under another name; or another device of the right, or staff, took its place. */
function hasChangedByAsk({ chronicle }: History, { right }: RightHistory, { phone, toMs }: TrueSession): boolean {
  return askedLately(chronicle.facts, toMs).some(
    (ask) => ask.phone === phone || (takesPlace(ask) && ask.rightId === right.rightId),
  );
}

/** Staff who give a place to another phone may take it from the one that had it longest. */
export const takesPlace = ({ what }: FactOf<"asked">): boolean => what === "take-off" || what === "put-on";

export const askedLately = (facts: readonly Fact[], byMs: number): FactOf<"asked">[] =>
  factsOf(facts, "asked").filter(({ atMs }) => atMs <= byMs && atMs > byMs - latelyMs);
