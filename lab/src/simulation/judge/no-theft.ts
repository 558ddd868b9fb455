/** NO-THEFT: while a right is worth something, its holder is let in and stays in, whatever happened to clocks and power. */
import type { AskKind, Violation } from "./chronicle.ts";
import { endedEarly, hasAskedLately, takesPlace } from "./ended-early.ts";
import { endsBetween } from "./exact.ts";
import { factsOf, type History, type RightHistory } from "./history.ts";
import { mayBeHeld } from "./holds.ts";
import { mayBeClosed } from "./hours.ts";
import { atOnceMs, earliestEndMs, lookMs } from "./limits.ts";
import { toldByMs } from "./orders.ts";
import { mayBeLost } from "./unsynced.ts";
import { inTrouble, isDataUsed, isOver, isTakenBack, isTimeUsed, othersOf } from "./worth.ts";

/** Why a site may say no to a right code, and until when that is no theft. A code that has no row here is a theft. */
const excuses: Readonly<
  Record<string, (right: RightHistory, atMs: number, history: History, phone: number) => boolean>
> = {
  ok: () => true,
  // Bounds on tries: whoever waits is heard soon.
  "slow-down": () => true,
  "one-moment": () => true,
  guessing: () => true,
  // The disk refuses to keep what was asked: nothing was taken.
  fault: (_, atMs, history) => inTrouble(history, atMs),
  "router-refused": (_, atMs, history) => inTrouble(history, atMs),
  "no-log-in-page": () => false,
  expired: (right, atMs, history) =>
    atMs >=
    (endsBetween(history, right, atMs)?.fromMs ?? earliestEndMs(history, right, atMs) ?? Number.POSITIVE_INFINITY),
  "outside-schedule": (right, atMs, history) => mayBeClosed(history, right, atMs),
  "time-used": isTimeUsed,
  "data-used": isDataUsed,
  "too-many-devices": (right, _, history, phone) => othersOf(history, right, phone) >= right.terms.devices,
  "moved-too-often": (right, _, history, phone) => othersOf(history, right, phone) >= right.terms.devices,
  // Of a code that was sold and used up the site forgets the word; what it lost nobody can tell a site alone.
  // Of what staff printed a moment ago it has not heard yet.
  // A new stick knows no code before staff have readmitted it and the hub has told all.
  "unknown-user": (right, atMs, history) =>
    isNotTold(history, right, atMs) ||
    history.strange.some(({ fromMs }) => fromMs < atMs && toldByMs(history, fromMs) > atMs) ||
    (right.right.kind === "sold" && (isOver(right, atMs, history) || history.losses.some((lostMs) => lostMs < atMs))),
  "nothing-bought": isOver,
  paused: (right, atMs, history) => history.wasDamaged || mayBeHeld(history, right, atMs, "holder"),
  suspended: (right, atMs, history) =>
    mayBeHeld(history, right, atMs, "staff") || mayBeHeld(history, right, atMs, "office"),
  disabled: isTakenBack,
  revoked: isTakenBack,
  "not-remembered": (_, __, history) => history.wasDamaged,
};

export function noTheft(history: History): Violation[] {
  return [...refusedWithoutReason(history), ...endedEarly(history), ...keptOutside(history)];
}

/** The router repeated by itself what a device had, and the site did not let it in. */
function keptOutside(history: History): Violation[] {
  return factsOf(history.chronicle.facts, "came-back").flatMap(({ phone, mac, isOnline, atMs }): Violation[] => {
    const last = history.sessions.findLast((each) => each.mac === mac && each.fromMs < atMs);
    const right = last?.rightId == null ? undefined : history.rights.get(last.rightId);
    if (isOnline || right === undefined || history.wasDamaged || inTrouble(history, atMs)) return [];
    const { rightId } = right.right;
    if (isOver(right, atMs, history) || othersOf(history, right, phone) >= right.terms.devices) return [];
    if (hasAskedLately(history, phone, atMs) || wasEverTakenOff(history, rightId)) return [];
    if (mayBeLost(history.chronicle.facts, last?.fromMs ?? atMs)) return [];
    // Two log-ins at once: another packet of it came first, or it waited for its turn and the router asked again. A session is seen at the next look.
    const soonMs = atMs + atOnceMs + lookMs;
    const next = history.sessions.filter((each) => each.mac === mac && each.fromMs >= atMs && each.fromMs < soonMs);
    if (next.some((each) => each.rightId === rightId && !hasAskedSince(history, phone, atMs, each.fromMs))) return [];
    return [{ invariant: "NO-THEFT", atMs, what: `phone ${phone} came back with ${rightId} and was not let in` }];
  });
}

const letNobodyIn = new Set<AskKind>(["log-out", "take-off", "sale"]);

/** It may be online by that. A log-in is a packet to the site and its answer: what is asked in the very millisecond did not bring the session. */
function hasAskedSince({ chronicle }: History, phone: number, fromMs: number, toMs: number): boolean {
  const keptOut = factsOf(chronicle.facts, "hotspot-said").filter(({ isOnline }) => !isOnline);
  return factsOf(chronicle.facts, "asked").some(
    ({ ask, phone: by, what, atMs }) =>
      by === phone &&
      !letNobodyIn.has(what) &&
      atMs >= fromMs &&
      atMs < toMs &&
      !keptOut.some((said) => said.ask === ask),
  );
}

/** What it logged in with is worth nothing any more. */
const wasEverTakenOff = ({ chronicle }: History, rightId: string): boolean =>
  factsOf(chronicle.facts, "asked").some((asked) => takesPlace(asked) && asked.rightId === rightId);

function refusedWithoutReason(history: History): Violation[] {
  const { asked } = history;
  const { facts } = history.chronicle;
  return factsOf(facts, "answered").flatMap(({ ask, code, atMs }): Violation[] => {
    const what = asked.get(ask);
    const right = what?.rightId == null || !hasRight(what.what) ? undefined : history.rights.get(what.rightId);
    if (what === undefined || right === undefined) return [];
    if (excuses[code]?.(right, atMs, history, what.phone) === true) return [];
    const { rightId, plan } = right.right;
    return [
      {
        invariant: "NO-THEFT",
        atMs,
        what: `phone ${what.phone} ${what.what === "code" ? "typed the right code of" : "had paid for"} ${rightId} (${plan}) and heard "${code}"`,
      },
    ];
  });
}

const hasRight = (what: AskKind): boolean => what === "code" || what === "paid-return";

function isNotTold(history: History, { right }: RightHistory, atMs: number): boolean {
  const printed = factsOf(history.chronicle.facts, "printed").find(({ rightId }) => rightId === right.rightId);
  return printed !== undefined && toldByMs(history, printed.atMs) > atMs;
}
