/**
 * BYTES-KEPT: a right is charged what the router counted, but for what crashes may have made the site forget; and what is free of charge is not. That it
 * is charged no more than its router told `reports-kept.ts` judges.
 */
import type { Violation } from "./chronicle.ts";
import { broken, bytesOfRightAt, factsOf, type History, type RightHistory } from "./history.ts";
import { forgettable, reportedWithinMs } from "./limits.ts";
import { toldByMs } from "./orders.ts";

export function* bytesKept(history: History): Iterable<Violation> {
  for (const { books, atMs } of factsOf(history.chronicle.facts, "books"))
    for (const { rightId, bytes } of books.grants) {
      const right = history.rights.get(rightId);
      if (right === undefined) continue;
      const broke = (what: string): Violation =>
        broken("BYTES-KEPT", atMs, `${rightId} is charged ${bytes} bytes${what}`);
      if (right.terms.isDataFree === true) {
        const most = bytesOfStranger(history, right, atMs);
        if (bytes > most) yield broke(` and used ${most}`);
      } else if (!history.wasDamaged) {
        const least = bytesOfRightAt(right, atMs - reportedWithinMs) - forgettable(history, right, atMs).bytes;
        if (bytes < least) yield broke(`; at least ${least} of ${bytesOfRightAt(right, atMs)} were reported`);
      }
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
