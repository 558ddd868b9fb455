/** What a right is still worth at a moment, and what stands in the way of it. */
import type { Trouble } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import {
  bytesOfRightAt,
  factsOf,
  type History,
  inTheWay,
  onlineSecondsAt,
  type RightHistory,
  touches,
} from "./history.ts";
import { mayBeHeld } from "./holds.ts";
import { mayBeClosed } from "./hours.ts";
import { earliestEndMs, theftMsMax } from "./limits.ts";
import { mostCountedAt } from "./reports.ts";

/** What a pause ended is off within so long, and the pause may be over by then. */
const endedWithinMs = 60_000;

/** Used up, taken back, or paused. */
export function isOver(right: RightHistory, atMs: number, history: History): boolean {
  if (mayBeHeld(history, right, atMs) || mayBeHeld(history, right, atMs - endedWithinMs)) return true;
  if (mayBeClosed(history, right, atMs)) return true;
  if (isTakenBack(right, atMs) || isTimeUsed(right, atMs, history) || isDataUsed(right, atMs, history)) return true;
  return atMs >= earliestEndMs(history, right, atMs);
}

export function isTimeUsed(right: RightHistory, atMs: number, history: History): boolean {
  const { useSeconds } = termsAt(history, right, atMs, "least");
  // A site alone knows of no more than its router counted.
  if (useSeconds !== null && history.isAlone) return mostCountedAt(right, atMs).seconds >= useSeconds;
  return useSeconds !== null && onlineSecondsAt(right, atMs) >= useSeconds - theftMsMax / 1000;
}

export function isDataUsed(right: RightHistory, atMs: number, history: History): boolean {
  const { dataBytes } = termsAt(history, right, atMs, "least");
  return dataBytes !== null && bytesOfRightAt(right, atMs) >= dataBytes;
}

/** By staff, with the hub's yes or on its way there. */
export function isTakenBack({ takenBackMs }: RightHistory, atMs: number): boolean {
  return takenBackMs !== null && takenBackMs <= atMs + 60_000;
}

/** At that moment, or in the minute before, with any trouble but these. */
export const inTrouble = (history: History, atMs: number, ...but: readonly Trouble[]): boolean =>
  touches(inTheWay(history, ...but), { fromMs: atMs - 60_000, toMs: atMs });

/** Why a device that has this right may not be let in: it may be worth nothing, the site may not be able to, or others may have its places. */
export const mayBeRefused = (history: History, right: RightHistory, phone: number, atMs: number): boolean =>
  history.wasDamaged || inTrouble(history, atMs) || isOver(right, atMs, history) || hasNoPlace(history, right, phone);

/** So many other devices used this right, or tried to. A phone with a new MAC and no cookie is another one. */
export function hasNoPlace(history: History, right: RightHistory, phone: number): boolean {
  const devices = new Set(right.sessions.filter((one) => one.phone !== phone).map(({ mac }) => mac));
  const own = new Set(right.sessions.filter((one) => one.phone === phone).map(({ mac }) => mac));
  for (const { phone: other, rightId } of factsOf(history.chronicle.facts, "asked"))
    if (other !== phone && rightId === right.right.rightId) devices.add(`asked ${other}`);
  return devices.size + Math.max(0, own.size - 1) >= right.terms.devices;
}
