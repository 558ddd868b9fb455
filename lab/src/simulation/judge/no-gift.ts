/**
 * NO-GIFT: no right yields more than its plan, plus what crashes may have made the site forget, plus one interval of reports. NO-AMNESIA: of a site
 * alone that lost its memory no right yields more than its plan again for each loss, because nobody can tell it what was used.
 */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import { bytesOfRightAt, type History, onlineSecondsAt } from "./history.ts";
import { forgettable } from "./limits.ts";

/** The router itself ends a session at its limit; several sessions of one right share it only by the reports of each. */
const intervalSeconds = 310;

export function noGift(history: History): Violation[] {
  const found: Violation[] = [];
  const invariant = history.wasDamaged ? "NO-AMNESIA" : "NO-GIFT";
  // One changed bit may cost as much as a whole file, where it is the one that says where to read.
  const times = 1 + history.damages;
  for (const right of history.rights.values()) {
    const { sessions } = right;
    const terms = termsAt(history, right, history.endsAtMs, "most");
    const { rightId, plan } = right.right;
    const forgotten = forgettable(history, right, history.endsAtMs);
    const online = onlineSecondsAt(right, history.endsAtMs);
    const most =
      ((terms.useSeconds ?? Number.POSITIVE_INFINITY) + intervalSeconds * terms.devices) * times + forgotten.seconds;
    if (online > most) {
      found.push({
        invariant,
        atMs: history.endsAtMs,
        what: `${rightId} (${plan}) was online for ${Math.round(online)} s; at most ${Math.round(most)} s were right`,
      });
    }
    if (terms.dataBytes === null) continue;
    const bytes = bytesOfRightAt(right, history.endsAtMs);
    // Up to one interval of each device beside the first is known too late; of each one, where the router keeps no limit.
    const isShared = terms.devices > 1 || history.ignoredLimits;
    const shared = isShared ? fastest(sessions) * intervalSeconds * terms.devices : 0;
    const mostBytes = (terms.dataBytes + shared) * times + forgotten.bytes;
    if (bytes > mostBytes + 1000) {
      found.push({
        invariant,
        atMs: history.endsAtMs,
        what: `${rightId} (${plan}) used ${bytes} bytes; at most ${Math.round(mostBytes)} were right`,
      });
    }
  }
  return found;
}

/** Bytes a second, at the most. */
function fastest(
  sessions: readonly { readonly counted: readonly { readonly atMs: number; readonly bytes: number }[] }[],
): number {
  let most = 0;
  for (const { counted } of sessions) {
    for (let index = 1; index < counted.length; index++) {
      const [before, after] = [counted[index - 1], counted[index]] as const;
      if (before === undefined || after === undefined || after.atMs <= before.atMs) continue;
      most = Math.max(most, ((after.bytes - before.bytes) * 1000) / (after.atMs - before.atMs));
    }
  }
  return most;
}
