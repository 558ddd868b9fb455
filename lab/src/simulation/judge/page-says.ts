/** ONE-TRUTH of the page: what it says is left of a package is what its plan gives without what the router told, to the byte and the second. */
import type { FactOf, Shown, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, isIn, type RightHistory, troublesBy } from "./history.ts";
import { leastKnownAt, mostToldAt } from "./reports.ts";
import { secondsLeft } from "./seconds-left.ts";
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
  const { most, least: fewest } = secondsLeft(history, right, { knownMs: atMs, atMs });
  if (shown.secondsLeft > most) return `${shown.secondsLeft} s are left, and at most ${most} are right`;
  const isTooFew = fewest !== null && shown.secondsLeft < fewest;
  return isTooFew ? `${shown.secondsLeft} s are left, and ${fewest} are right` : null;
}
