/**
 * HEARD: what a site's people should know stands in its journal, which its hub reads, where it has one; and what goes on stands on its page for
 * installers. It is never only a line of the log.
 */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, touches, troublesBy } from "./history.ts";

/** An alarm is on the disk within this time. */
const writtenWithinMs = 5000;

/** What an alarm in the journal says of the folder or the memory stays true, and stays on the page. */
const lasting: Readonly<Record<string, string>> = { "memory-lost": "Memory" };

export function heard(history: History): Violation[] {
  const { facts } = history.chronicle;
  const told = factsOf(facts, "told").at(-1);
  if (told === undefined) return [];
  const found: Violation[] = [];
  const say = (atMs: number, what: string) => void found.push({ invariant: "HEARD", atMs, what });
  for (const { alarm, atMs } of factsOf(facts, "warned")) {
    if (!told.alarms.includes(alarm) && couldWrite(history, atMs))
      say(atMs, `the log warned of ${alarm}, and the journal never says it`);
  }
  for (const { ask, code, atMs } of factsOf(facts, "answered")) {
    // Of wrong PINs the seller may have had too many, or the phone.
    const { what } = history.asked.get(ask) ?? {};
    const anyOf = what === "sale" || what === "seller-in" ? ["seller-locked", "guessing"] : ["guessing"];
    if (code === "guessing" && !anyOf.some((alarm) => told.alarms.includes(alarm)) && couldWrite(history, atMs))
      say(atMs, `somebody was locked out, and no alarm ${anyOf.join(" or ")} says so`);
  }
  for (const [alarm, row] of Object.entries(lasting)) {
    const isShown = told.status.some((item) => item.startsWith(row));
    if (told.alarms.includes(alarm) && !isShown && told.status.length > 0)
      say(told.atMs, `${alarm} is in the journal, and the page for installers does not say it`);
  }
  return found;
}

/** Nothing stood between the agent and its disk then, and nothing changed the folder since. */
function couldWrite(history: History, atMs: number): boolean {
  const { agentAway, losses, wasDamaged } = history;
  const span = { fromMs: atMs - writtenWithinMs, toMs: atMs + writtenWithinMs };
  return (
    !wasDamaged &&
    losses.every((lostMs) => lostMs < atMs) &&
    !touches([...troublesBy(history, "disk"), ...agentAway], span)
  );
}
