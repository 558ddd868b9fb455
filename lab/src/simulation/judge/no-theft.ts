/** NO-THEFT: while a right is worth something, its holder is let in and stays in, whatever happened to clocks and power. */
import type { AskKind, Fact, Violation } from "./chronicle.ts";
import { askedLately, takesPlace } from "./ended-early.ts";
import { endsBetween } from "./exact.ts";
import { broken, factsOf, type History, type RightHistory } from "./history.ts";
import { mayBeHeld } from "./holds.ts";
import { mayBeClosed } from "./hours.ts";
import { atOnceMs, earliestEndMs, lookMs, mayBeLost } from "./limits.ts";
import { toldByMs } from "./orders.ts";
import { hasNoPlace, inTrouble, isDataUsed, isOver, isTakenBack, isTimeUsed, mayBeRefused } from "./worth.ts";

type Excuse = (right: RightHistory, atMs: number, history: History, phone: number) => boolean;
const isHindered: Excuse = (_, atMs, history) => inTrouble(history, atMs);
const hasOthers: Excuse = (right, _, history, phone) => hasNoPlace(history, right, phone);

/** Why a site may say no to a right code, and until when that is no theft. A code that has no row here is a theft. */
const excuses: Readonly<Record<string, Excuse>> = {
  ok: () => true,
  // Bounds on tries: whoever waits is heard soon.
  "slow-down": () => true,
  "one-moment": () => true,
  guessing: () => true,
  // The disk refuses to keep what was asked: nothing was taken.
  fault: isHindered,
  "router-refused": isHindered,
  expired: (right, atMs, history) =>
    atMs >= (endsBetween(history, right, atMs)?.fromMs ?? earliestEndMs(history, right, atMs)),
  "outside-schedule": (right, atMs, history) => mayBeClosed(history, right, atMs),
  "time-used": isTimeUsed,
  "data-used": isDataUsed,
  "too-many-devices": hasOthers,
  "moved-too-often": hasOthers,
  // Of a code that was sold and used up the site forgets the word; what it lost nobody can tell a site alone.
  // Of what staff printed a moment ago it has not heard yet.
  // A new stick knows no code before staff have readmitted it and the hub has told all.
  "unknown-user": (right, atMs, history) =>
    isNotTold(history, right, atMs) ||
    history.strange.some(({ fromMs }) => fromMs < atMs && toldByMs(history, fromMs) > atMs) ||
    (right.right.kind === "sold" && (isOver(right, atMs, history) || history.losses.some((lostMs) => lostMs < atMs))),
  "nothing-bought": isOver,
  // Of what the site has no more the hub is asked.
  "hub-away": isOver,
  paused: (right, atMs, history) => history.wasDamaged || mayBeHeld(history, right, atMs, "holder"),
  suspended: (right, atMs, history) =>
    mayBeHeld(history, right, atMs, "staff") || mayBeHeld(history, right, atMs, "office"),
  disabled: isTakenBack,
  revoked: isTakenBack,
  "not-remembered": (_, __, history) => history.wasDamaged,
};

export function* noTheft(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  for (const { ask, code, atMs } of factsOf(facts, "answered")) {
    const { what, phone = 0, rightId } = history.asked.get(ask) ?? {};
    const right = history.rights.get(rightId ?? "");
    if (right === undefined || (what !== "code" && what !== "paid-return")) continue;
    if (excuses[code]?.(right, atMs, history, phone) === true) continue;
    const did = what === "code" ? "typed the right code of" : "had paid for";
    yield broken("NO-THEFT", atMs, `phone ${phone} ${did} ${rightId} (${right.right.plan}) and heard "${code}"`);
  }
}

/** The router repeated by itself what a device had, and the site did not let it in. */
export function* keptOutside(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  for (const { phone, mac, isOnline, atMs } of factsOf(facts, "came-back")) {
    const last = history.sessions.findLast((each) => each.mac === mac && each.fromMs < atMs);
    const right = history.rights.get(last?.rightId ?? "");
    if (isOnline || last === undefined || right === undefined || mayBeRefused(history, right, phone, atMs)) continue;
    const { rightId } = right.right;
    // What it logged in with is worth nothing any more.
    const wasEverTakenOff = factsOf(facts, "asked").some((asked) => takesPlace(asked) && asked.rightId === rightId);
    if (wasEverTakenOff || askedLately(facts, atMs).some((ask) => ask.phone === phone)) continue;
    if (mayBeLost(facts, last.fromMs)) continue;
    // Two log-ins at once: another packet of it came first, or it waited for its turn and the router asked again. A session is seen at the next look.
    const soonMs = atMs + atOnceMs + lookMs;
    const next = right.sessions.filter((each) => each.mac === mac && each.fromMs >= atMs && each.fromMs < soonMs);
    if (next.some(({ fromMs }) => !hasAskedSince(facts, phone, atMs, fromMs))) continue;
    yield broken("NO-THEFT", atMs, `phone ${phone} came back with ${rightId} and was not let in`);
  }
}

const letNobodyIn = new Set<AskKind>(["log-out", "take-off", "sale"]);

/** It may be online by that. A log-in is a packet to the site and its answer: what is asked in the very millisecond did not bring the session. */
function hasAskedSince(facts: readonly Fact[], phone: number, fromMs: number, toMs: number): boolean {
  const keptOut = factsOf(facts, "hotspot-said").filter(({ isOnline }) => !isOnline);
  return factsOf(facts, "asked").some(
    ({ ask, phone: by, what, atMs }) =>
      by === phone &&
      !letNobodyIn.has(what) &&
      atMs >= fromMs &&
      atMs < toMs &&
      !keptOut.some((said) => said.ask === ask),
  );
}

function isNotTold(history: History, { right }: RightHistory, atMs: number): boolean {
  const printed = factsOf(history.chronicle.facts, "printed").find(({ rightId }) => rightId === right.rightId);
  return printed !== undefined && toldByMs(history, printed.atMs) > atMs;
}
