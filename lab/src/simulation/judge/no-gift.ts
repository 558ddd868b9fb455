/**
 * NO-GIFT: no right yields more than its plan, plus what crashes may have made the site forget, plus one interval of reports. NO-AMNESIA: of a site
 * alone that lost its memory no right yields more than its plan again for each loss, because nobody can tell it what was used.
 */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import { broken, bytesOfRightAt, type History, onlineSecondsAt, type TrueSession } from "./history.ts";
import { forgettable } from "./limits.ts";

/** The router itself ends a session at its limit; several sessions of one right share it only by the reports of each. */
const intervalSeconds = 310;

export function* noGift(history: History): Iterable<Violation> {
  const { wasDamaged, endsAtMs, damages, ignoredLimits } = history;
  const invariant = wasDamaged ? "NO-AMNESIA" : "NO-GIFT";
  // One changed bit may cost as much as a whole file, where it is the one that says where to read.
  const times = 1 + damages.length;
  for (const right of history.rights.values()) {
    const { useSeconds, dataBytes, devices } = termsAt(history, right, endsAtMs, "most");
    const forgotten = forgettable(history, right, endsAtMs);
    const who = `${right.right.rightId} (${right.right.plan})`;
    const online = onlineSecondsAt(right, endsAtMs);
    const mostSeconds = ((useSeconds ?? Infinity) + intervalSeconds * devices) * times + forgotten.seconds;
    if (online > mostSeconds) {
      const what = `was online for ${Math.round(online)} s; at most ${Math.round(mostSeconds)} s were right`;
      yield broken(invariant, endsAtMs, `${who} ${what}`);
    }
    const bytes = bytesOfRightAt(right, endsAtMs);
    // Up to one interval of each device beside the first is known too late; of each one, where the router keeps no limit.
    const isShared = devices > 1 || ignoredLimits;
    const shared = isShared ? fastest(right.sessions) * intervalSeconds * devices : 0;
    const mostBytes = ((dataBytes ?? Infinity) + shared) * times + forgotten.bytes;
    if (bytes > mostBytes + 1000)
      yield broken(invariant, endsAtMs, `${who} used ${bytes} bytes; at most ${Math.round(mostBytes)} were right`);
  }
}

/** Bytes a second, at the most. */
function fastest(sessions: readonly TrueSession[]): number {
  const speeds = sessions.flatMap(({ counted }) =>
    counted.map(({ atMs, bytes }, at) => {
      const before = counted[at - 1];
      return before === undefined || atMs <= before.atMs ? 0 : ((bytes - before.bytes) * 1000) / (atMs - before.atMs);
    }),
  );
  return Math.max(0, ...speeds);
}
