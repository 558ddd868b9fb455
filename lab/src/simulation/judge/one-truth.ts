/** ONE-TRUTH at a site alone: its books and its router say the same of who is online. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";

/** A Stop that is lost is missed after three reports, and then at the next look. */
const missedWithinMs = 20 * 60_000;
/** The site hears of a router that starts again by its own start, which is at the same moment. */
const afterBootMs = 60_000;

export function oneTruth(history: History): Violation[] {
  const found: Violation[] = [];
  for (const { books, atMs } of factsOf(history.chronicle.facts, "books")) {
    for (const { session, isOpen, rightId } of books.sessions) {
      if (!isOpen) continue;
      const times = history.sessions.filter((each) => isNamed(each.session, session) && each.fromMs <= atMs);
      const lastMs = Math.max(...times.map(({ toMs, cause }) => (cause === null ? Number.POSITIVE_INFINITY : toMs)));
      const hasRestarted = history.powerCuts.some((cutMs) => Math.abs(cutMs - lastMs) < 1000);
      const withinMs = hasRestarted ? afterBootMs : missedWithinMs;
      if (times.length === 0 || lastMs > atMs - withinMs || !couldHear(history, hasRestarted, atMs)) continue;
      const what = `the books have session ${session} of ${rightId} open, which ended ${Math.round((atMs - lastMs) / 1000)} s before`;
      found.push({ invariant: "ONE-TRUTH", atMs, what });
    }
  }
  return found;
}

/** The router used the id for several sessions: `80010001 (2)`. */
const isNamed = (name: string, id: string): boolean => name === id || name.startsWith(`${id} (`);

/** That the router started again a site knows by itself; of a Stop that never came it learns by silence. */
function couldHear({ troubles, agentAway, dark, wasDamaged }: History, hasRestarted: boolean, atMs: number): boolean {
  if (wasDamaged || touches(agentAway, { fromMs: atMs - afterBootMs, toMs: atMs })) return false;
  const inTheWay = [...troubles.filter(({ trouble }) => trouble !== "api"), ...dark];
  return hasRestarted || !touches(inTheWay, { fromMs: atMs - missedWithinMs, toMs: atMs });
}
