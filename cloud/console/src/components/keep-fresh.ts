/** Keeps what a page shows fresh: reads again after live events, and at intervals for changes that have no event. */
import type { EventsByTopic, Topic } from "../hub/live-events.ts";

const everyMs = 30_000;

/**
 * Calls `read` after events of these topics, and every half minute while the page is visible. Events that come while it reads are one more reading
 * after it: a hub that is busier than its answers are quick would have each answer overtaken by the next question, and nothing would ever be shown.
 * An interval does not wait for a reading that hangs. Returns the function that stops it.
 */
export function keepFresh(events: EventsByTopic, topics: readonly Topic[], read: () => Promise<unknown>): () => void {
  let isReading = false;
  let isStale = false;
  let isStopped = false;
  const after = async () => {
    isStale = isReading;
    if (isReading) return;
    isReading = true;
    await read().catch(() => {});
    isReading = false;
    if (isStale && !isStopped) void after();
  };
  const stopListening = events.on(topics, () => void after());
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") void read().catch(() => {});
  }, everyMs);
  return () => {
    isStopped = true;
    stopListening();
    clearInterval(timer);
  };
}
