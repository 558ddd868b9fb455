import type { Page } from "./page-policy.ts";

/** The delay until the next poll: short while a customer waits, long while nothing changes, and longer after failures. */
export function pollDelayMs(facts: {
  isVisible: boolean;
  misses: number;
  page: Page["name"];
  isConnecting: boolean;
  /** The agent says when there is news. */
  isTold: boolean;
  /** Buying is closed because the hub is away. It opens seconds after the link returns. */
  isShut: boolean;
}): number {
  if (!facts.isVisible) return 30_000;
  if (facts.misses > 0) return Math.min(1000 * 2 ** Math.min(facts.misses, 5), 10_000);
  if (facts.isConnecting) return 1000;
  if (facts.isShut || (facts.page === "waiting" && !facts.isTold)) return 3000;
  return facts.page === "online" ? 5000 : 10_000;
}
