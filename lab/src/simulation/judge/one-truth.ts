/** ONE-TRUTH at a site: its books and its router say the same of who is online. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, type TrueSession, touches, troublesBy } from "./history.ts";

/** A Stop that is lost is missed after three reports, and then at the next look. */
const missedWithinMs = 20 * 60_000;
/** The site hears of a router that starts again by its own start, which is at the same moment. */
const afterBootMs = 60_000;
/** Some routers never report before the Stop, so a session of which no report could be kept gets a day. */
const unheardWithinMs = 24 * 3_600_000 + missedWithinMs;
/** Within so long a router reports each session. */
const reportedWithinMs = 7 * 60_000;

/** What ended is over by the books, once the site could know of it by silence. That it heeds a Stop that it heard `reports-kept.ts` judges. */
export function* leftOpen(history: History): Iterable<Violation> {
  for (const { books, atMs } of factsOf(history.chronicle.facts, "books")) {
    for (const { session, isOpen, rightId } of books.sessions) {
      const times = history.sessions.filter((each) => isNamed(each.session, session) && each.fromMs <= atMs);
      if (!isOpen || times.length === 0) continue;
      const fromMs = Math.min(...times.map((each) => each.fromMs));
      const lastMs = Math.max(...times.map(({ toMs, cause }) => (cause === null ? Infinity : toMs)));
      const hasRestarted = history.dark.some((cut) => Math.abs(cut.fromMs - lastMs) < 1000);
      const isUnheard = isNeverHeard(history, fromMs, lastMs);
      const withinMs = hasRestarted ? afterBootMs : isUnheard ? unheardWithinMs : missedWithinMs;
      if (lastMs > atMs - withinMs || !couldHear(history, hasRestarted, atMs)) continue;
      const what = `the books have session ${session} of ${rightId} open, which ended ${Math.round((atMs - lastMs) / 1000)} s before`;
      yield broken("ONE-TRUTH", atMs, what);
    }
  }
}

/** The disk refused all that the router could tell of it. */
const isNeverHeard = (history: History, fromMs: number, toMs: number): boolean =>
  troublesBy(history, "disk").some(
    (disk) => disk.fromMs < fromMs + reportedWithinMs && disk.toMs > toMs - reportedWithinMs,
  );

/** That the router started again a site knows by itself; of a Stop that never came it learns by silence. */
function couldHear(history: History, hasRestarted: boolean, atMs: number): boolean {
  if (history.wasDamaged || touches(history.agentAway, { fromMs: atMs - afterBootMs, toMs: atMs })) return false;
  const deaf = [...history.troubles.filter(({ trouble }) => trouble !== "api"), ...history.dark];
  return hasRestarted || !touches(deaf, { fromMs: atMs - missedWithinMs, toMs: atMs });
}

/** The router used the id for several sessions: `80010001 (2)`. */
export const isNamed = (name: string, id: string): boolean => name === id || name.startsWith(`${id} (`);

/** Its phone went on elsewhere, or the router gave its place to the next one at the same host. */
const wentOn = ({ sessions }: History, held: TrueSession, byMs: number): boolean =>
  sessions.some(({ phone, fromMs }) => phone === held.phone && fromMs > held.fromMs && fromMs <= byMs);

/** A session of which nothing is heard for a quarter of an hour is lost. */
const lostAfterMs = 16 * 60_000;
const askedWithinMs = 60_000;

/** While a session goes on: what its router has, and told of, is not over by the site's books. */
export function* believedOver(history: History): Iterable<Violation> {
  if (history.wasDamaged) return;
  for (const { session, isOver, atMs } of factsOf(history.chronicle.facts, "believed-over")) {
    const held = history.sessions.find((each) => each.session === session);
    if (!isOver || held === undefined || isExcused(history, held, atMs)) continue;
    yield broken("ONE-TRUTH", atMs, `session ${session} goes on, and is over by the site's books`);
  }
}

function isExcused(history: History, held: TrueSession, atMs: number): boolean {
  const { troubles, dark, agentAway } = history;
  const unheard = troubles.filter(({ what }) => what === "wrong-secret");
  const deaf = [...troublesBy(history, "packets", "disk"), ...unheard, ...dark, ...agentAway];
  if (touches(deaf, { fromMs: Math.max(held.fromMs, atMs - lostAfterMs), toMs: atMs })) return true;
  // Both ways in which a router is asked said that it is not there.
  const lately = { fromMs: atMs - askedWithinMs, toMs: atMs };
  const isWrong = (of: "router" | "api"): boolean => touches(troublesBy(history, of), lately);
  return (isWrong("router") && isWrong("api")) || wentOn(history, held, atMs);
}
