/** ONE-TRUTH at a site alone: its books and its router say the same of who is online. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, type TrueSession, touches } from "./history.ts";

/** A Stop that is lost is missed after three reports, and then at the next look. */
const missedWithinMs = 20 * 60_000;
/** The site hears of a router that starts again by its own start, which is at the same moment. */
const afterBootMs = 60_000;
/** Some routers never report before the Stop, so a session of which no report could be kept gets a day. */
const unheardWithinMs = 24 * 3_600_000 + missedWithinMs;
/** Within so long a router reports each session. */
const reportedWithinMs = 7 * 60_000;

export function oneTruth(history: History): Violation[] {
  const found: Violation[] = closedTooEarly(history);
  for (const { books, atMs } of factsOf(history.chronicle.facts, "books")) {
    for (const { session, isOpen, rightId } of books.sessions) {
      if (!isOpen) continue;
      const times = history.sessions.filter((each) => isNamed(each.session, session) && each.fromMs <= atMs);
      const lastMs = Math.max(...times.map(({ toMs, cause }) => (cause === null ? Number.POSITIVE_INFINITY : toMs)));
      const hasRestarted = history.powerCuts.some((cutMs) => Math.abs(cutMs - lastMs) < 1000);
      const isUnheard = isNeverHeard(history, { fromMs: Math.min(...times.map(({ fromMs }) => fromMs)), toMs: lastMs });
      const withinMs = hasRestarted ? afterBootMs : isUnheard ? unheardWithinMs : missedWithinMs;
      const isMissed = lastMs <= atMs - withinMs && couldHear(history, hasRestarted, atMs);
      if (times.length === 0 || !(isMissed || isStopKept(history, times, atMs))) continue;
      const what = `the books have session ${session} of ${rightId} open, which ended ${Math.round((atMs - lastMs) / 1000)} s before`;
      found.push({ invariant: "ONE-TRUTH", atMs, what });
    }
  }
  return found;
}

/** The site said of the Stop of each of them that it has it. */
function isStopKept({ isAlone, wasDamaged, besideMs }: History, times: readonly TrueSession[], atMs: number): boolean {
  const isKept = ({ status, isHeard, atMs: heardMs }: TrueSession["reports"][number]) =>
    status === "stop" && isHeard && heardMs < atMs - afterBootMs;
  return isAlone && !wasDamaged && besideMs > atMs && times.every(({ reports }) => reports.some(isKept));
}

/** A device that is online, and of which the router could report all the time, is online by the books, too. */
function closedTooEarly({ chronicle, sessions, troubles, agentAway, dark, wasDamaged }: History): Violation[] {
  if (wasDamaged) return [];
  return factsOf(chronicle.facts, "books").flatMap(({ books, atMs }) =>
    sessions.flatMap(({ session, rightId, phone, fromMs, toMs, cause }): Violation[] => {
      const isOnline = fromMs < atMs - reportedWithinMs && (cause === null || toMs > atMs);
      const booked = books.sessions.filter((each) => isNamed(session, each.session));
      if (!isOnline || booked.length === 0 || booked.some(({ isOpen }) => isOpen)) return [];
      // Where the phone went on with another address, this session is over.
      const wentOn = sessions.some((each) => each.phone === phone && each.fromMs > fromMs && each.fromMs <= atMs);
      if (wentOn || touches([...troubles, ...agentAway, ...dark], { fromMs: fromMs - afterBootMs, toMs: atMs }))
        return [];
      return [
        { invariant: "ONE-TRUTH", atMs, what: `session ${session} of ${rightId} is online, and ended by the books` },
      ];
    }),
  );
}

/** The disk refused all that the router could tell of it. */
const isNeverHeard = ({ troubles }: History, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
  troubles.some(
    (each) => each.trouble === "disk" && each.fromMs < fromMs + reportedWithinMs && each.toMs > toMs - reportedWithinMs,
  );

/** The router used the id for several sessions: `80010001 (2)`. */
export const isNamed = (name: string, id: string): boolean => name === id || name.startsWith(`${id} (`);

/** That the router started again a site knows by itself; of a Stop that never came it learns by silence. */
function couldHear({ troubles, agentAway, dark, wasDamaged }: History, hasRestarted: boolean, atMs: number): boolean {
  if (wasDamaged || touches(agentAway, { fromMs: atMs - afterBootMs, toMs: atMs })) return false;
  const inTheWay = [...troubles.filter(({ trouble }) => trouble !== "api"), ...dark];
  return hasRestarted || !touches(inTheWay, { fromMs: atMs - missedWithinMs, toMs: atMs });
}

/** A session of which nothing is heard for a quarter of an hour is lost. */
const lostAfterMs = 16 * 60_000;

const askedWithinMs = 60_000;

/** While a session goes on: what its router has, and told of, is not over by the site's books. */
export function believedOver(history: History): Violation[] {
  if (history.wasDamaged || !history.isAlone) return [];
  return factsOf(history.chronicle.facts, "believed-over").flatMap(({ session, isOver, atMs }): Violation[] => {
    const held = history.sessions.find((each) => each.session === session);
    if (!isOver || held === undefined || isExcused(history, held, atMs)) return [];
    return [{ invariant: "ONE-TRUTH", atMs, what: `session ${session} goes on, and is over by the site's books` }];
  });
}

function isExcused(history: History, held: TrueSession, atMs: number): boolean {
  const { troubles, unheard, dark, agentAway, sessions } = history;
  const packets = troubles.filter(({ trouble }) => trouble === "packets" || trouble === "disk");
  const inTheWay = [...packets, ...unheard, ...dark, ...agentAway];
  if (touches(inTheWay, { fromMs: Math.max(held.fromMs, atMs - lostAfterMs), toMs: atMs })) return true;
  // Both ways in which a router is asked said that it is not there.
  const lately = { fromMs: atMs - askedWithinMs, toMs: atMs };
  const isWrong = (of: string) =>
    touches(
      troubles.filter(({ trouble }) => trouble === of),
      lately,
    );
  if (isWrong("router") && isWrong("api")) return true;
  // Its phone went on elsewhere, or the router gave its place to the next one at the same host.
  return sessions.some(({ phone, fromMs }) => phone === held.phone && fromMs > held.fromMs && fromMs <= atMs);
}
