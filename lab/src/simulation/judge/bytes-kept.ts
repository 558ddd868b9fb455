/** BYTES-KEPT: a right is charged what the router counted, never more, and less only by what crashes may have made the site forget. */
import type { Violation } from "./chronicle.ts";
import { broken, bytesOfRightAt, factsOf, type History, onlineSecondsAt, type RightHistory } from "./history.ts";
import { forgettable, lookMs, reportedWithinMs } from "./limits.ts";
import { toldByMs } from "./orders.ts";

export function* bytesKept(history: History): Iterable<Violation> {
  for (const { books, atMs } of factsOf(history.chronicle.facts, "books"))
    for (const { rightId, bytes, onlineSeconds } of books.grants) {
      const right = history.rights.get(rightId);
      if (right === undefined) continue;
      // The router is looked at each five seconds: what it counted since is seen at the next look.
      const { isDataFree = false } = right.terms;
      const used = isDataFree ? bytesOfStranger(history, right, atMs) : bytesOfRightAt(right, atMs + 5000);
      if (bytes > used) yield broken("BYTES-KEPT", atMs, `${rightId} is charged ${bytes} bytes and used ${used}`);
      const online = onlineSecondsAt(right, atMs);
      // Each session's begin is seen up to a look late.
      if (onlineSeconds > online + (lookMs / 1000) * (1 + right.sessions.length)) {
        const what = `${rightId} is charged ${onlineSeconds} s and was online for ${Math.round(online)} s`;
        yield broken("BYTES-KEPT", atMs, what);
      }
      if (history.wasDamaged || isDataFree) continue;
      const least = bytesOfRightAt(right, atMs - reportedWithinMs) - forgettable(history, right, atMs).bytes;
      const what = `${rightId} is charged ${bytes} bytes; at least ${least} of ${bytesOfRightAt(right, atMs)} were reported`;
      if (bytes < least) yield broken("BYTES-KEPT", atMs, what);
    }
}

/** Free data that was used while the site had lost its memory: it may have known neither the date nor what was sold, and then data counts. */
const bytesOfStranger = (history: History, right: RightHistory, atMs: number): number =>
  history.strange
    .filter(({ fromMs }) => fromMs <= atMs)
    .reduce((sum, { fromMs }) => {
      const until = Math.min(atMs, toldByMs(history, fromMs)) + 5000;
      return sum + bytesOfRightAt(right, until) - bytesOfRightAt(right, fromMs - reportedWithinMs);
    }, 0);
