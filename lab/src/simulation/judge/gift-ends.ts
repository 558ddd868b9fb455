/**
 * Staff gave more: a router takes other limits at a log-in alone (no CoA changes Mikrotik-Total-Limit), so a session may end at what its right was worth
 * when it began. What staff gave since is its holder's at the next log-in: a refusal of it is excused by none of these.
 */
import { termsAt } from "./gifts.ts";
import { bytesAt, emptyYes, factsOf, type History, type RightHistory, type TrueSession, touches } from "./history.ts";
import { lookMs } from "./limits.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

const giftsOf = ({ chronicle }: History, { right }: RightHistory, byMs: number) =>
  factsOf(chronicle.facts, "given").filter(({ rightId, atMs }) => rightId === right.rightId && atMs <= byMs);

/** The site logs the device in again at once. */
export function goesOnWithMore(history: History, right: RightHistory, { mac, toMs }: TrueSession): boolean {
  const isGiven = giftsOf(history, right, toMs).some(({ atMs }) => atMs > toMs - 120_000);
  return (
    isGiven && right.sessions.some((next) => next.mac === mac && next.fromMs >= toMs && next.fromMs <= toMs + 10_000)
  );
}

/** The site gave the router the later end, and the router said yes and kept the old one. */
export function hadEmptyYes(history: History, right: RightHistory, { cause, fromMs, toMs }: TrueSession): boolean {
  return giftsOf(history, right, toMs).some(
    ({ atMs, seconds, useSeconds }) =>
      cause === "Session-Timeout" &&
      seconds + useSeconds > 0 &&
      fromMs <= atMs &&
      touches(emptyYes(history), { fromMs: atMs, toMs: Math.min(toMs, atMs + lookMs) }),
  );
}

/** Where the site has no API to log a device in again, the router ends the session at the data that was left when it began. */
export function endedAtOldData(history: History, right: RightHistory, session: TrueSession): boolean {
  const { cause, fromMs, toMs, bytes } = session;
  const { facts } = history.chronicle;
  if (cause !== "NAS-Request" || factsOf(facts, "no-router-api").length === 0) return false;
  const heard = ordersHeard(facts);
  const isGivenSince = giftsOf(history, right, toMs).some(({ act, dataBytes }) => {
    const doneMs = heard.get(act);
    // Where nobody lived to say whether it was done, the site may have heard of it at any time.
    return dataBytes > 0 && doneMs !== null && (doneMs === undefined || toldByMs(history, doneMs) >= fromMs);
  });
  const { dataBytes } = termsAt(history, right, fromMs, "least");
  if (!isGivenSince || dataBytes === null) return false;
  const others = right.sessions.filter((one) => one !== session);
  return bytes >= dataBytes - others.reduce((sum, one) => sum + bytesAt(one, fromMs + lookMs), 0);
}
