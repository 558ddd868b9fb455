/** What became of orders of staff, and since when a site can have heard of what they did. */
import type { Fact } from "./chronicle.ts";
import { factsOf, type History, type Span, touches } from "./history.ts";

/** What is told by a link that is well is known within this time. */
const toldWithinMs = 120_000;

/** Of each order of staff: when it was done. Null: refused. Absent: nobody lived to say. */
export function ordersHeard(facts: readonly Fact[]): Map<number, number | null> {
  const heard = new Map<number, number | null>();
  for (const { act, isDone, atMs } of factsOf(facts, "staff-heard"))
    heard.set(act, heard.get(act) ?? (isDone ? atMs : null));
  return heard;
}

/** When the site knows for certain what the hub knew then, or the hub what the site did. */
export function toldByMs(
  { troubles, agentAway, dark, hubAway, strange }: History,
  knownMs: number,
  withinMs = toldWithinMs,
): number {
  return doneByMs([...troubles, ...agentAway, ...dark, ...hubAway, ...strange], knownMs, withinMs);
}

/** When what was due then is done for certain: nothing was in the way for so long. */
export function doneByMs(inTheWay: readonly Span[], dueMs: number, withinMs: number): number {
  let byMs = dueMs + withinMs;
  while (Number.isFinite(byMs)) {
    const late = inTheWay.filter((span) => touches([span], { fromMs: byMs - withinMs, toMs: byMs }));
    if (late.length === 0) return byMs;
    byMs = Math.max(...late.map(({ toMs }) => toMs)) + withinMs + 1;
  }
  return byMs;
}
