/**
 * What becomes of releases of the agent. UNDO: one that does not work is not what a site is left with. ONE-TRUTH: one that works runs where the hub says that it
 * is to, and nothing was in the way. HEARD: of one that was tried and given up somebody is told.
 */
import type { FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

const minuteMs = 60_000;
/** A release has 90 s to prove itself, and may hang three times after that before another one is started. */
export const triedMs = 15 * minuteMs;
/** A download begins within two minutes, and the site looks again after ten. */
const updatedMs = 12 * minuteMs;

export function* rightRelease(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  const started = factsOf(facts, "release-started");
  const endMs = factsOf(facts, "books").findLast(({ books }) => books.when === "end")?.atMs;
  const last = started.findLast(({ atMs }) => atMs <= (endMs ?? 0));
  if (endMs === undefined || last === undefined) return;
  if (last.way !== "good" && endMs - last.atMs > triedMs)
    yield broken("UNDO", endMs, `release ${last.version} runs, which ${last.way}`);
  const wanted = wantedInTheEnd(history);
  if (wanted === undefined || history.wasDamaged || toldByMs(history, wanted.atMs, updatedMs) > endMs) return;
  const { version, way } = wanted;
  const alarms = new Set(factsOf(facts, "told").flatMap((told) => told.alarms));
  const isTold = alarms.has("update-failed") || alarms.has("update-refused");
  if (way === "good" && last.version !== version && !wasStruck(history, version))
    yield broken("ONE-TRUTH", endMs, `release ${version} is wanted, and ${last.version} runs`);
  const wasTried = started.some((each) => each.version === version && each.atMs <= endMs - triedMs);
  if (way !== "good" && wasTried && last.version !== version && !isTold)
    yield broken("HEARD", endMs, `release ${version}, which ${way}, was given up, and nobody was told`);
}

/** The last order of all, where it is the last that was done, and nobody else's order stands beside it. */
function wantedInTheEnd({ chronicle: { facts } }: History) {
  const heard = ordersHeard(facts);
  const orders = factsOf(facts, "release-ordered").filter(({ act }) => heard.get(act) !== null);
  const order = orders.at(-1);
  const atMs = order === undefined ? null : heard.get(order.act);
  if (order === undefined || atMs == null || order.version === null) return undefined;
  // What the owner wants goes before what the platform gives to all.
  if (order.by === "platform" && orders.some(({ by }) => by === "owner")) return undefined;
  return { ...order, version: order.version, atMs };
}

/** Something ended it, or stood in its way, while it proved itself: then it may have been given up. */
function wasStruck({ chronicle: { facts }, troubles, dark }: History, version: string): boolean {
  const trials = factsOf(facts, "release-started").filter((each) => each.version === version);
  const blows = [
    ...factsOf(facts, "agent-down").flatMap(({ how, atMs }) =>
      how === "stopped" ? [] : [{ fromMs: atMs, toMs: atMs }],
    ),
    ...troubles,
    ...dark,
  ];
  return trials.some(({ atMs }: FactOf<"release-started">) =>
    blows.some(({ fromMs, toMs }) => fromMs <= atMs + 100_000 && toMs >= atMs),
  );
}
