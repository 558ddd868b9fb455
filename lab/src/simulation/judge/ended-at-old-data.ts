/**
 * A router takes a higher limit of data at a log-in alone (no CoA changes Mikrotik-Total-Limit). Where the site has no API to log a device in again, the
 * router ends the session at what its right was worth when it began; what staff gave since is its holder's at the next log-in. No other end is
 * excused, and a refusal of what was given is none.
 */
import { termsAt } from "./gifts.ts";
import { bytesAt, factsOf, type History, type RightHistory, type TrueSession } from "./history.ts";
import { lookMs } from "./limits.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

export function endedAtOldData(history: History, right: RightHistory, session: TrueSession): boolean {
  const { facts } = history.chronicle;
  const { cause, fromMs, toMs, bytes } = session;
  if (cause !== "NAS-Request" || factsOf(facts, "no-router-api").length === 0) return false;
  const heard = ordersHeard(facts);
  const isGivenSince = factsOf(facts, "given").some(({ act, rightId, dataBytes, atMs }) => {
    if (rightId !== right.right.rightId || dataBytes === 0 || atMs > toMs) return false;
    const doneMs = heard.get(act);
    // Where nobody lived to say whether it was done, the site may have heard of it at any time.
    return doneMs !== null && (doneMs === undefined || toldByMs(history, doneMs) >= fromMs);
  });
  const { dataBytes } = termsAt(history, right, fromMs, "least");
  if (!isGivenSince || dataBytes === null) return false;
  const others = right.sessions.filter((one) => one !== session);
  const used = others.reduce((sum, one) => sum + bytesAt(one, fromMs + lookMs), 0);
  return bytes >= dataBytes - used;
}
