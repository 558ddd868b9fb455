/** BYTES-KEPT to the byte: what the site said that it has is charged, and nothing that its router did not tell; and what ended in its words is over. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { isNamed } from "./one-truth.ts";
import { leastKnownAt, mostToldAt } from "./reports.ts";

export function reportsKept(history: History): Violation[] {
  const { chronicle, rights, sessions, damagedMs } = history;
  return factsOf(chronicle.facts, "books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "BYTES-KEPT", atMs, what });
    const charged = books.grants.flatMap(({ rightId, bytes, onlineSeconds }): Violation[] => {
      const right = rights.get(rightId);
      if (right === undefined) return [];
      const isFree = right.terms.isDataFree === true;
      const [least, most] = [leastKnownAt(history, right, { atMs, isWritten: true }), mostToldAt(right, atMs)];
      return [
        ...(!isFree && bytes < least.bytes
          ? [broken(`${rightId} is charged ${bytes} bytes, and the site had ${least.bytes}`)]
          : []),
        ...(onlineSeconds < least.seconds
          ? [broken(`${rightId} is charged ${onlineSeconds} s, and the site had ${least.seconds}`)]
          : []),
        ...(!isFree && bytes > most.bytes
          ? [broken(`${rightId} is charged ${bytes} bytes, and its router told ${most.bytes}`)]
          : []),
        ...(onlineSeconds > most.seconds
          ? [broken(`${rightId} is charged ${onlineSeconds} s, and its router told ${most.seconds}`)]
          : []),
      ];
    });
    if (damagedMs <= atMs) return charged;
    const ended = sessions.flatMap(({ session, reports }): Violation[] => {
      const stop = reports.find(({ status, isHeard, atMs: heardMs }) => status === "stop" && isHeard && heardMs < atMs);
      const [booked, ...others] = books.sessions.filter((each) => isNamed(session, each.session));
      const hasTwins = sessions.some(
        (each) => each.session !== session && isNamed(each.session, booked?.session ?? ""),
      );
      if (stop === undefined || booked === undefined || others.length > 0 || hasTwins) return [];
      if (booked.isOpen)
        return [{ ...broken(`session ${session} is open, and the site had its end`), invariant: "JOURNAL-KEPT" }];
      return booked.bytes === stop.bytes
        ? []
        : [broken(`session ${session} has ${booked.bytes} bytes, and ended with ${stop.bytes}`)];
    });
    const forgotten = sessions.flatMap(({ session, reports, fromMs, toMs, cause }): Violation[] => {
      const isHeard = reports.some((report) => report.isHeard && report.atMs < atMs);
      const isThere = fromMs <= atMs && (cause === null || toMs > atMs);
      if (!isHeard || !isThere || books.sessions.some((each) => isNamed(session, each.session))) return [];
      const what = `session ${session} goes on, its router told of it, and the books do not know it`;
      return [{ ...broken(what), invariant: "JOURNAL-KEPT" }];
    });
    return [...charged, ...ended, ...forgotten];
  });
}
