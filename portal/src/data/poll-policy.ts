import type { Page } from "./page-policy.ts";

/** How long until the page asks again: quick where somebody waits, rare where nothing can have changed, patient when lost. */
export function pollDelayMs(facts: {
  isVisible: boolean;
  misses: number;
  page: Page["name"];
  isConnecting: boolean;
  /** Buying is closed because the hub is away: it opens within seconds of the link. */
  isShut: boolean;
}): number {
  if (!facts.isVisible) return 30_000;
  if (facts.misses > 0) return Math.min(1000 * 2 ** Math.min(facts.misses, 5), 10_000);
  if (facts.isConnecting || facts.page === "waiting") return 1000;
  if (facts.isShut) return 3000;
  return facts.page === "online" ? 5000 : 10_000;
}
