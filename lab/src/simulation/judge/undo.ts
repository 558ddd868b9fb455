/**
 * UNDO: what is changed from afar at a router leaves it without its way to the hub for ten minutes at the most. While it has no power it does nothing. And
 * nobody is told that a change stands which closed that way.
 */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, msWithin } from "./history.ts";

const withoutMsMax = 10 * 60_000;

export function undo(history: History): Violation[] {
  const { uplinkOff, dark, endsAtMs, chronicle } = history;
  const spans = uplinkOff.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, endsAtMs) }));
  const long = spans.flatMap((span): Violation[] => {
    const ms = span.toMs - span.fromMs - msWithin(dark, span);
    if (ms <= withoutMsMax) return [];
    const what = `an order closed the router's way to the hub for ${Math.round(ms / 1000)} s`;
    return [{ invariant: "UNDO", atMs: span.fromMs + withoutMsMax, what }];
  });
  // Each order that was kept would have closed it to this moment.
  const isOpen = spans.every(({ toMs }) => toMs < endsAtMs);
  const kept = factsOf(chronicle.facts, "hub-books").flatMap(({ books, atMs }): Violation[] =>
    books.routerOrders
      .filter(({ action, state }) => isOpen && action === uplinkOffAction && state === "done")
      .map(() => ({
        invariant: "UNDO",
        atMs,
        what: "an order that closed the router's way to the hub is said to be done, and it is open",
      })),
  );
  return [...long, ...kept];
}

/** As the books name it: the port to the hub, off. */
const uplinkOffAction = "ether1 off";
