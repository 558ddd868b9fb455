/** ONE-TRUTH of the page: what it says is left of a package is what its plan gives without what the router told, to the byte and the second. */
import type { FactOf, Shown, Violation } from "./chronicle.ts";
import { endsBetween } from "./exact.ts";
import { factsOf, type History, type RightHistory, touches } from "./history.ts";
import { hoursEndMs } from "./hours.ts";
import { leastKnownAt, mostCountedAt, mostToldAt } from "./reports.ts";
import { speedsAt } from "./slowed.ts";

export function pageSays(history: History): Violation[] {
  if (!history.isAlone) return [];
  const disks = history.troubles.filter(({ trouble }) => trouble === "disk");
  return factsOf(history.chronicle.facts, "page-said").flatMap((page) =>
    // While the disk refuses, the memory is ahead of it.
    (touches(disks, { fromMs: page.atMs, toMs: page.atMs }) ? [] : page.packages).flatMap((shown) => {
      const right = history.rights.get(shown.rightId);
      const wrong = right === undefined ? "it is nothing that anybody has" : wrongOf(history, right, shown, page);
      return wrong === null
        ? []
        : [
            {
              invariant: "ONE-TRUTH" as const,
              atMs: page.atMs,
              what: `the page of phone ${page.phone} shows ${shown.rightId}: ${wrong}`,
            },
          ];
    }),
  );
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
  const byUse = (used: number) => (terms.useSeconds === null ? Number.POSITIVE_INFINITY : terms.useSeconds - used);
  const byEnd = (endMs: number) => Math.max(1, Math.floor((endMs - atMs) / 1000));
  const byHours = hoursMs === null ? Number.POSITIVE_INFINITY : byEnd(hoursMs);
  const byDate = ends === null ? (terms.validitySeconds ?? Infinity) : byEnd(ends.toMs);
  const most = Math.min(byUse(least.seconds), byDate, byHours);
  if (shown.secondsLeft > most) return `${shown.secondsLeft} s are left, and at most ${most} are right`;
  if (hoursMs === null || (ends === null && terms.validitySeconds !== null)) return null;
  const used = mostCountedAt(right, atMs).seconds;
  const fewest = Math.min(byUse(used), ends === null ? Infinity : byEnd(ends.fromMs), byHours);
  return shown.secondsLeft < fewest ? `${shown.secondsLeft} s are left, and ${fewest} are right` : null;
}
