/** Work that follows what the hub asks for: done when its rows change, when the link is back, and again after a time. */
import type { FeedRow } from "@karibu/protocol/feed";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Timer, World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { FeedStore } from "./feed-store.ts";

export interface FeedFollower {
  /** Aborted by `stop`. */
  readonly signal: AbortSignal;
  /** Looks now; during a look once more after it. */
  lookNow(): void;
  /** Instead of a look that was planned. Null: none is. @param delayMs milliseconds */
  lookAfter(delayMs: number | null): void;
  /** The first look. With `hears`, further ones follow what the hub sends. */
  start(hears: boolean): void;
  /** Resolves when no look is under way. */
  stop(): Promise<void>;
}

export interface FeedFollowerParts {
  readonly feed: Pick<FeedStore, "onChange">;
  readonly hub: Pick<HubLink, "state" | "onChange">;
  /** The kinds of rows that it follows. */
  readonly kinds: readonly FeedRow["kind"][];
  /** Never runs twice at the same time. */
  readonly look: () => Promise<void>;
  /** The log's event when a look rejects; the next one follows after `againMs`. */
  readonly failedEvent: string;
  readonly againMs: number;
}

export function followFeed(world: World, parts: FeedFollowerParts): FeedFollower {
  const { feed, hub, kinds, look, failedEvent, againMs } = parts;
  const stopped = new AbortController();
  const stopListening: (() => void)[] = [];
  let timer: Timer | null = null;
  const looking = runWhenWoken(look, (error) => {
    if (!stopped.signal.aborted) world.log.warn(failedEvent, { error: String(error) });
    lookAfter(againMs);
  });

  function lookNow(): void {
    if (!stopped.signal.aborted) looking.wake();
  }

  function lookAfter(delayMs: number | null): void {
    timer?.cancel();
    timer = delayMs === null || stopped.signal.aborted ? null : world.clock.after(delayMs, lookNow);
  }

  return {
    signal: stopped.signal,
    lookNow,
    lookAfter,
    start(hears) {
      if (hears)
        stopListening.push(
          feed.onChange((rows) => {
            if (rows.some(({ kind }) => kinds.includes(kind))) lookNow();
          }),
          hub.onChange(() => {
            if (hub.state === "connected") lookNow();
          }),
        );
      lookNow();
    },
    async stop() {
      stopped.abort();
      timer?.cancel();
      for (const stop of stopListening.splice(0)) stop();
      await looking.settled();
    },
  };
}
