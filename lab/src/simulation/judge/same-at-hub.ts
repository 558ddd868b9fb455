/** ONE-TRUTH with a hub: in the end site and hub say the same of each session and each first use, and the owner's list the same as the books of each purchase. */
import type { BookedSession, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function sameAtHub({ chronicle: { facts }, wasDamaged }: History): Violation[] {
  const site = factsOf(facts, "books").find(({ books }) => books.when === "end")?.books;
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "ONE-TRUTH", atMs, what });
    // A router that starts again uses its ids again: each session of the site has one of its own at the hub.
    const left = [...books.sessions];
    const sessions = (site?.sessions ?? []).flatMap((here) => {
      const named = left.filter(({ session }) => session === here.session);
      const same = named.find((there) => bookedAs(here) === bookedAs(withWhatIsOnItsWay(here, there)));
      if (same !== undefined) left.splice(left.indexOf(same), 1);
      // A damaged journal is told of as far as it can be read.
      if (same !== undefined || wasDamaged) return [];
      const hub = named.map(bookedAs).join(" and ") || "nothing";
      return [broken(`session ${here.session} at the site: ${bookedAs(here)}; at the hub: ${hub}`)];
    });
    const listed = new Map(books.listed.map(({ purchaseId, state }) => [purchaseId, state]));
    const purchases = books.purchases.flatMap(({ purchaseId, state }) =>
      listed.get(purchaseId) === state
        ? []
        : [broken(`purchase ${purchaseId} is ${state}, and listed as ${listed.get(purchaseId) ?? "nothing"}`)],
    );
    const begun = new Map(books.starts.map((start) => [start.rightId, start]));
    const given = new Map(books.changes.map(({ rightId, seconds }) => [rightId, seconds]));
    const starts = (site?.grants ?? []).flatMap(({ rightId, startedAtMs, endsAtMs, givenSeconds = 0 }) => {
      const there = begun.get(rightId);
      if (wasDamaged || startedAtMs === null) return [];
      // What staff gave since it began the site has beside its own copy.
      const moreMs = 1000 * ((given.get(rightId) ?? 0) - givenSeconds);
      const isSame =
        there?.startedAtMs === startedAtMs && there.endsAtMs === (endsAtMs === null ? null : endsAtMs + moreMs);
      if (isSame) return [];
      return [
        broken(
          `${rightId} goes from ${startedAtMs} to ${endsAtMs} by the site, and from ${there?.startedAtMs} to ${there?.endsAtMs} by the hub`,
        ),
      ];
    });
    const begunHere = new Set([
      ...(site?.grants ?? []).flatMap(({ rightId, startedAtMs }) => (startedAtMs === null ? [] : [rightId])),
      ...(site?.spent ?? []),
    ]);
    const only = wasDamaged || site === undefined ? [] : books.starts.filter(({ rightId }) => !begunHere.has(rightId));
    return [
      ...sessions,
      ...starts,
      ...only.map(({ rightId }) => broken(`${rightId} began by the hub, and nobody has used it by the site`)),
      ...purchases,
    ];
  });
}

/** Of an open session the hub may not have heard the last bytes. */
const withWhatIsOnItsWay = (here: BookedSession, there: BookedSession): BookedSession => ({
  ...there,
  bytes: here.isOpen && there.bytes <= here.bytes ? here.bytes : there.bytes,
  ...(here.isOpen && (there.seconds ?? 0) <= (here.seconds ?? 0) ? { seconds: here.seconds ?? 0 } : {}),
});

const bookedAs = ({ bytes, seconds = 0, startedAtMs = null, isOpen, rightId }: BookedSession): string =>
  `${bytes} bytes and ${seconds} s from ${startedAtMs} on, ${isOpen ? "open" : "ended"}, ${rightId}`;
