/** NO-THEFT: who is online stays in while the right is worth something, unless its own doing or somebody else's place ended that. */
import type { AskKind, FactOf, Violation } from "./chronicle.ts";
import { endedAtOldData } from "./ended-at-old-data.ts";
import { factsOf, type History, type RightHistory, type TrueSession, touches } from "./history.ts";
import { lookMs } from "./limits.ts";
import { inTrouble, isOver, othersOf } from "./worth.ts";

/** Causes that say that the right, or the place of this device, is over. */
const endings = new Set(["Session-Timeout", "NAS-Request", "Admin-Reset"]);

export function endedEarly(history: History): Violation[] {
  const found: Violation[] = [];
  for (const right of history.rights.values()) {
    const { rightId, plan } = right.right;
    const proofs = proofsOf(history, right);
    for (const one of right.sessions.toSorted((a, b) => a.toMs - b.toMs)) {
      const { session, cause, toMs, phone, fromMs } = one;
      if (cause === null || !endings.has(cause) || isOver(right, toMs, history) || isIdle(right, one)) continue;
      if (goesOnWithMore(history, right, one) || endedAtOldData(history, right, one)) continue;
      if (cause === "Session-Timeout" && hadEmptyYes(history, rightId, one)) continue;
      // It asked to be logged out, or it went on elsewhere under another name.
      if (hasAskedLately(history, phone, toMs)) continue;
      if (history.wasDamaged || inTrouble(history, toMs, "reached") || wasTakenOff(history, rightId, toMs)) continue;
      if (isLeftBehind(right, one)) continue;
      // Last of all: the proof by which another device took its place explains the end of no other session.
      if (lostItsPlace(history, right, one, proofs)) continue;
      found.push({
        invariant: "NO-THEFT",
        atMs: toMs,
        what: `session ${session} of ${rightId} (${plan}) ended by ${cause} after ${Math.round((toMs - fromMs) / 1000)} s, and the right was not over`,
      });
    }
  }
  return found;
}

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
  if (othersOf(history, right, phone) < right.terms.devices) return false;
  if (!history.isAlone || history.besideMs < toMs) return true;
  const others = [...proofs].filter((ask) => (ask.phone !== phone || ask.mac !== mac) && ask.atMs <= toMs);
  const lately = others.find(({ atMs }) => atMs > toMs - provedLatelyMs);
  if (lately !== undefined) return proofs.delete(lately);
  // What stood in the way since then may have kept its session from being ended.
  const inTheWay = [...history.troubles, ...history.agentAway, ...history.dark];
  return others.some(({ atMs }) => touches(inTheWay, { fromMs: atMs, toMs }));
}

const proves = new Set<AskKind>(["code", "account", "put-on"]);
const provedLatelyMs = 120_000;

/** Who counts time online and says nothing for ten minutes. */
const usualIdleSeconds = 600;

/** From the router's report to the site's request: who sends again in that time was silent all the same. */
const endingMs = 10_000;

/** It sent nothing for the plan's time: where the router does not end it, the site does. */
function isIdle({ terms }: RightHistory, { counted, fromMs, toMs }: TrueSession): boolean {
  const usual = terms.useSeconds === null ? Number.POSITIVE_INFINITY : usualIdleSeconds;
  const heard = counted.filter(({ atMs }) => atMs <= toMs - endingMs);
  const lastMs = heard.findLast(({ bytes }, at) => bytes !== (heard[at - 1]?.bytes ?? 0))?.atMs ?? fromMs;
  return toMs - lastMs + lookMs >= (terms.idleTimeoutSeconds ?? usual) * 1000;
}

/** The phone had gone on under another MAC: what a router that was deaf ends late is a session that nobody surfs by. */
function isLeftBehind({ sessions }: RightHistory, { phone, mac, fromMs, toMs }: TrueSession): boolean {
  return sessions.some(
    (next) => next.phone === phone && next.mac !== mac && next.fromMs > fromMs && next.fromMs < toMs,
  );
}

/** Staff gave more: a router takes other limits only at a log-in, and logs the device in again at once. */
function goesOnWithMore(
  { chronicle }: History,
  { right, sessions }: RightHistory,
  { mac, toMs }: TrueSession,
): boolean {
  const isGiven = factsOf(chronicle.facts, "given").some(
    ({ rightId, atMs }) => rightId === right.rightId && atMs <= toMs && atMs > toMs - 120_000,
  );
  return isGiven && sessions.some((next) => next.mac === mac && next.fromMs >= toMs && next.fromMs <= toMs + 10_000);
}

/** The site gave the router the later end, and the router said yes and kept the old one. */
function hadEmptyYes({ chronicle, emptyYes }: History, rightId: string, { fromMs, toMs }: TrueSession): boolean {
  return factsOf(chronicle.facts, "given").some(
    ({ rightId: of, atMs, seconds, useSeconds }) =>
      of === rightId &&
      seconds + useSeconds > 0 &&
      fromMs <= atMs &&
      atMs <= toMs &&
      touches(emptyYes, { fromMs: atMs, toMs: Math.min(toMs, atMs + lookMs) }),
  );
}

/** By another device of the right, on the page of its own packages. */
function wasTakenOff({ chronicle }: History, rightId: string, atMs: number): boolean {
  return factsOf(chronicle.facts, "asked").some(
    (asked) => takesPlace(asked) && asked.rightId === rightId && asked.atMs <= atMs && asked.atMs > atMs - 120_000,
  );
}

/** Staff who give a place to another phone may take it from the one that had it longest. */
export const takesPlace = ({ what }: FactOf<"asked">): boolean => what === "take-off" || what === "put-on";

/** A log-out, or a code of another right: this phone's session changes by its own doing. */
export function hasAskedLately(history: History, phone: number, atMs: number): boolean {
  return factsOf(history.chronicle.facts, "asked").some(
    (asked) => asked.phone === phone && asked.atMs <= atMs && asked.atMs > atMs - 120_000,
  );
}
