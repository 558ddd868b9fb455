/**
 * Figures of the link: the number of connections, and how old the feed may be. The site can't know of versions that were not sent yet,
 * so its feed is "in step" while the link is up and the last page of every scope is applied.
 */
import type { Clock } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface LinkFigures {
  /** Since the start. The first connection is no reconnect. */
  readonly connections: number;
  /** How old the feed may be; null: there is no hub, or it has sent nothing yet. */
  feedLagSeconds(): number | null;
  /** The feed store. Pages must be applied through it, so that they are counted. */
  readonly feed: FeedStore;
  follow(hub: Pick<HubLink, "state" | "onChange">): void;
}

export function createLinkFigures(clock: Pick<Clock, "monotonicMs">, inner: FeedStore): LinkFigures {
  const unfinished = new Set<string>();
  let connections = 0;
  let isUp = false;
  let inStepAtMs: number | null = null;

  const note = () => {
    if (isUp && unfinished.size === 0) inStepAtMs = clock.monotonicMs();
  };
  const feed: FeedStore = {
    cursors: inner.cursors,
    get generation() {
      return inner.generation;
    },
    async apply(page) {
      unfinished.add(page.scope);
      await inner.apply(page);
      if (!page.more) unfinished.delete(page.scope);
      note();
    },
    setGeneration: inner.setGeneration,
    clear: inner.clear,
    get isReturning() {
      return inner.isReturning;
    },
    get isComplete() {
      return inner.isComplete;
    },
    isWhole: (scope) => inner.isWhole(scope),
    kept: inner.kept,
    applyVerdicts: inner.applyVerdicts,
    rows: inner.rows,
    onChange: inner.onChange,
  };

  return {
    feed,
    get connections() {
      return connections;
    },
    feedLagSeconds() {
      if (inStepAtMs === null) return null;
      if (isUp && unfinished.size === 0) return 0;
      return Math.max(0, Math.round((clock.monotonicMs() - inStepAtMs) / 1000));
    },
    follow(hub) {
      hub.onChange(() => {
        const wasUp = isUp;
        // The hub sends an interrupted snapshot again from its beginning.
        if (wasUp) note();
        isUp = hub.state === "connected";
        if (isUp && !wasUp) connections++;
        if (!isUp) unfinished.clear();
      });
    },
  };
}
