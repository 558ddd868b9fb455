/** Keeps what a page shows fresh: when the hub tells of a change, and now and then for what it tells nobody of. */
import type { LiveEvents } from "../hub/live-events.ts";

const everyMs = 30_000;

/** Calls `read` after events of these topics, and every half minute while somebody looks. Returns how to stop. */
export function keepFresh(events: LiveEvents, topics: readonly string[], read: () => void): () => void {
  const stopHearing = events.on(topics, read);
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") read();
  }, everyMs);
  return () => {
    stopHearing();
    clearInterval(timer);
  };
}
