/** Applies what the hub tells this site, one page after the other, and says so when a page is on disk. */
import { Fault } from "@karibu/protocol/fault";
import type { AppliedFrame, FeedFrame } from "@karibu/protocol/frame";
import { unpackRows } from "@karibu/protocol/packed-rows";
import type { FeedStore } from "../store/feed-store.ts";

export interface FeedReceiver {
  /** Null: queued. Otherwise why not. */
  onFeed(frame: FeedFrame): string | null;
  stop(): void;
}

export interface FeedReceiverParts {
  readonly feed: FeedStore;
  readonly send: (frame: AppliedFrame) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The hub keeps a few pages on their way; more is a fault of its own, and must not become ours. */
const pagesWaitingMax = 16;

export function createFeedReceiver({ feed, send, onFailure }: FeedReceiverParts): FeedReceiver {
  let waiting = 0;
  let stopped = false;
  let applying: Promise<void> = Promise.resolve();

  async function apply({ scope, reset, rows, version, last }: Omit<FeedFrame, "packed">): Promise<void> {
    if (stopped) return;
    // As a snapshot it would lack what came before it; the hello of the next link says that we hold nothing of this scope.
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
          stopped = true; // a page was not applied: those after it must not be
        })
        .finally(() => waiting--);
      return null;
    },
    stop() {
      stopped = true;
    },
  };
}

/** A new generation of the hub, or a new epoch of ours: every scope comes afresh; what we hold serves until it is here. */
export async function expectSnapshots(feed: FeedStore, generation: string): Promise<void> {
  await feed.clear({ untilReplaced: true });
  await feed.setGeneration(generation);
}
