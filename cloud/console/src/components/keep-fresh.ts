/** Keeps what a page shows fresh: reads again after live events, and at intervals for changes that have no event. */
import type { LiveEvents } from "../hub/live-events.ts";

const everyMs = 30_000;

/** Calls `read` after events of these topics, and every half minute while the page is visible. Returns the function that stops it. */
export function keepFresh(events: LiveEvents, topics: readonly string[], read: () => void): () => void {
  const stopListening = events.on(topics, read);
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") read();
  }, everyMs);
  return () => {
    stopListening();
    clearInterval(timer);
  };
}
