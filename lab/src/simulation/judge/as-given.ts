/** MONEY-ONCE of gifts: what the hub's books say that staff gave is the sum of what they gave, once, and of the time that a pause took. */
import type { ChangedGrant, Gift, Violation } from "./chronicle.ts";
import { heldSecondsAt } from "./gifts.ts";
import { factsOf, type History, inTheWay, touches } from "./history.ts";
import { holdsOf } from "./holds.ts";
import { ordersHeard } from "./orders.ts";

const kinds = ["seconds", "useSeconds", "dataBytes"] as const;
const nothing: Gift = { seconds: 0, useSeconds: 0, dataBytes: 0 };

export function asGiven(history: History): Violation[] {
  const { facts } = history.chronicle;
  const hub = factsOf(facts, "hub-books").at(-1);
  if (hub === undefined) return [];
  const rightIds = new Set([...factsOf(facts, "given"), ...hub.books.changes].map(({ rightId }) => rightId));
  return [...rightIds].flatMap((rightId) => {
    const booked: Gift | ChangedGrant = hub.books.changes.find((change) => change.rightId === rightId) ?? nothing;
    const [least, most] = boundsOf(history, rightId, hub.atMs);
    return kinds.flatMap((kind): Violation[] => {
      if (booked[kind] >= least[kind] && booked[kind] <= most[kind]) return [];
      const what = `${rightId} was given ${least[kind]} to ${most[kind]} ${kind}, and the hub has ${booked[kind]}`;
      return [{ invariant: "MONEY-ONCE", atMs: hub.atMs, what }];
    });
  });
}

/** What was surely given, and what may have been: nobody lived to say of some. */
function boundsOf(history: History, rightId: string, atMs: number): [least: Gift, most: Gift] {
  const { facts } = history.chronicle;
  const heard = ordersHeard(facts);
  const given = factsOf(facts, "given").filter((gift) => gift.rightId === rightId && heard.get(gift.act) !== null);
  const sum = (gifts: readonly Gift[], kind: keyof Gift) => gifts.reduce((all, gift) => all + gift[kind], 0);
  const sumOf = (gifts: readonly Gift[], heldSeconds: number): Gift => ({
    seconds: sum(gifts, "seconds") + heldSeconds,
    useSeconds: sum(gifts, "useSeconds"),
    dataBytes: sum(gifts, "dataBytes"),
  });
  const right = history.rights.get(rightId);
  // Of a line's period, which has a grant of its own, nobody told the dates: its pauses gave nothing, or all that they took.
  const held = (bound: "least" | "most") => {
    if (right !== undefined) return heldSecondsAt(history, right, atMs, bound);
    return bound === "least" ? 0 : pausedSeconds(history, rightId, atMs);
  };
  // An outage in a pause gave the time, too: what was given twice is taken off. Without any trouble there was none.
  const isTakenOff =
    factsOf(facts, "credits-outages").length > 0 &&
    holdsOf(history, rightId).some(
      ({ by, fromMs, overMs }) => by === "staff" && touches(inTheWay(history), { fromMs, toMs: overMs }),
    );
  const done = given.filter(({ act }) => heard.get(act) !== undefined);
  // One process may begin a pause, and the other end it.
  const apart = Math.ceil(history.clocksApartMs / 1000) * holdsOf(history, rightId).length;
  const [least, most] = [Math.floor(held("least")) - apart, Math.ceil(held("most")) + 1 + apart];
  return [sumOf(done, isTakenOff ? 0 : Math.max(0, least)), sumOf(given, most)];
}

const pausedSeconds = (history: History, rightId: string, atMs: number): number =>
  holdsOf(history, rightId)
    .filter(({ by }) => by === "staff")
    .reduce((sum, { fromMs, overMs }) => sum + (Math.min(atMs, overMs) - fromMs) / 1000, 0);
