/** What is told before it is on disk: that a log-in token was used, and that somebody is locked out. */
import type { Fact } from "./chronicle.ts";

/** It waits for the disk so long at most. */
export const writtenMs = 5000;

/** An answer is on its way for so long: the site that gave it may have died before it came. */
const onItsWayMs = 500;

/** May a crash have taken what was told then? */
export function mayBeLost(facts: readonly Fact[], atMs: number): boolean {
  return facts.some(
    (fact) =>
      fact.kind === "agent-down" &&
      fact.how !== "stopped" &&
      fact.atMs >= atMs - onItsWayMs &&
      fact.atMs < atMs + writtenMs,
  );
}
