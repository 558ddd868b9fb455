/**
 * What the link's own figures are made of: how often it came up, and how old what the hub told may be. A site knows no version
 * that it was not told, so its feed is "in step" while the link is up and every scope's last page is applied.
 */
import type { Clock } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface LinkFigures {
  /** Since the start; the first one is no reconnect. */
  readonly connections: number;
  /** How old what the hub told may be; null: there is no hub, or it has told nothing yet. */
  feedLagSeconds(): number | null;
  /** The same store; pages go through it so that they are seen. */
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
        // What was under way when the link was cut begins anew.
        if (wasUp) note();
        isUp = hub.state === "connected";
        if (isUp && !wasUp) connections++;
        if (!isUp) unfinished.clear();
      });
    },
  };
}
