/** Applies the pages of the feed in order, and acknowledges each page when it is on disk. */
import { Fault } from "@karibu/protocol/fault";
import type { AppliedFrame, FeedFrame } from "@karibu/protocol/link/frame";
import { unpackRows } from "@karibu/protocol/link/packed-rows";
import type { FeedStore } from "../store/feed-store.ts";

export interface FeedReceiver {
  /** Null: the page is queued. Otherwise the reason why not. */
  onFeed(frame: FeedFrame): string | null;
  stop(): void;
}

export interface FeedReceiverParts {
  readonly feed: FeedStore;
  readonly send: (frame: AppliedFrame) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The hub has a few pages in flight. More is an error of the hub, which must not fill our memory. */
const pagesWaitingMax = 16;

export function createFeedReceiver({ feed, send, onFailure }: FeedReceiverParts): FeedReceiver {
  let waiting = 0;
  let stopped = false;
  let applying: Promise<void> = Promise.resolve();

  async function apply({ scope, reset, rows, version, last }: Omit<FeedFrame, "packed">): Promise<void> {
    if (stopped) return;
    // As a snapshot it would lack the pages before it. The hello of the next link asks for this scope from the beginning.
    if (!reset && feed.cursors()[scope] === undefined)
      throw new Fault("feed/out-of-step", `${scope} goes on after what this site never had`, { retry: "later" });
    await feed.apply({ scope, reset, more: last !== true, rows, version });
    if (!stopped) send({ type: "applied", scope, version });
  }

  return {
    onFeed(frame) {
      if (waiting >= pagesWaitingMax) return "feed: more pages than were asked for";
      const unpacked = frame.packed === undefined ? frame : unpackRows(frame.packed);
      if ("refused" in unpacked) return unpacked.refused;
      const page = { ...frame, rows: unpacked.rows };
      waiting++;
      applying = applying
        .then(() => apply(page))
        .catch((error) => {
          if (!stopped) onFailure(error);
          stopped = true; // a page was not applied, so later pages must not be applied
        })
        .finally(() => waiting--);
      return null;
    },
    stop() {
      stopped = true;
    },
  };
}

/**
 * After a new generation of the hub or a new epoch, every scope is sent again. Old rows stay valid until it is complete; after a new
 * generation, that of a restored database, longer: it may not know what this site was told since its back-up.
 */
export async function expectSnapshots(feed: FeedStore, generation: string): Promise<void> {
  const restored = feed.generation !== null && feed.generation !== generation;
  await feed.clear({ untilReplaced: true, ...(restored ? { restored } : {}) });
  await feed.setGeneration(generation);
}
