/** ONE-TRUTH of the page: what it says is left of a package is what its plan gives without what the router told, to the byte and the second. */
import type { FactOf, Shown, Violation } from "./chronicle.ts";
import { endsBetween } from "./exact.ts";
import { broken, factsOf, type History, isIn, type RightHistory, troublesBy } from "./history.ts";
import { hoursEndMs } from "./hours.ts";
import { leastKnownAt, mostCountedAt, mostToldAt } from "./reports.ts";
import { speedsAt } from "./slowed.ts";

export function* pageSays(history: History): Iterable<Violation> {
  if (!history.isAlone) return;
  for (const page of factsOf(history.chronicle.facts, "page-said")) {
    // While the disk refuses, the memory is ahead of it.
    if (isIn(troublesBy(history, "disk"), page.atMs)) continue;
    for (const shown of page.packages) {
      const right = history.rights.get(shown.rightId);
      const wrong = right === undefined ? "it is nothing that anybody has" : wrongOf(history, right, shown, page);
      const what = `the page of phone ${page.phone} shows ${shown.rightId}: ${wrong}`;
      if (wrong !== null) yield broken("ONE-TRUTH", page.atMs, what);
    }
  }
}

function wrongOf(history: History, right: RightHistory, shown: Shown, { atMs }: FactOf<"page-said">): string | null {
  const { terms } = right;
  const [least, told] = [leastKnownAt(history, right, { atMs, isWritten: false }), mostToldAt(right, atMs)];
  if (shown.bytesUsed < least.bytes || shown.bytesUsed > told.bytes)
    return `${shown.bytesUsed} bytes are used, and the router told ${told.bytes}`;
  const bytesLeft = terms.dataBytes === null ? null : terms.dataBytes - shown.bytesUsed;
  if (shown.bytesLeft !== bytesLeft) return `${shown.bytesLeft} bytes are left, and ${bytesLeft} is right`;
  const speeds = speedsAt(history, right, { knownMs: atMs, toldMs: atMs });
  if (!speeds.some(({ downKbps }) => downKbps === (shown.downKbps ?? 0))) return `${shown.downKbps} kbit/s`;
  if (terms.validitySeconds === null && terms.useSeconds === null)
    return shown.secondsLeft === null ? null : `${shown.secondsLeft} s are left, and it has no such end`;
  if (shown.secondsLeft === null) return "it has no end of its time";
  const ends = endsBetween(history, right, atMs);
  const hoursMs = hoursEndMs(history, right, atMs);
  const byUse = (used: number) => (terms.useSeconds === null ? Infinity : terms.useSeconds - used);
  const byEnd = (endMs: number) => Math.max(1, Math.floor((endMs - atMs) / 1000));
  const byHours = hoursMs === null ? Infinity : byEnd(hoursMs);
  const byDate = ends === null ? (terms.validitySeconds ?? Infinity) : byEnd(ends.toMs);
  const most = Math.min(byUse(least.seconds), byDate, byHours);
  if (shown.secondsLeft > most) return `${shown.secondsLeft} s are left, and at most ${most} are right`;
  if (hoursMs === null || (ends === null && terms.validitySeconds !== null)) return null;
  const used = mostCountedAt(right, atMs).seconds;
  const fewest = Math.min(byUse(used), ends === null ? Infinity : byEnd(ends.fromMs), byHours);
  return shown.secondsLeft < fewest ? `${shown.secondsLeft} s are left, and ${fewest} are right` : null;
}
