/** ONE-TRUTH while a session goes on: what its router has, and told of, is not over by the site's books. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, type TrueSession, touches } from "./history.ts";

/** A session of which nothing is heard for a quarter of an hour is lost. */
const lostAfterMs = 16 * 60_000;

const askedWithinMs = 60_000;

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
