import type { FeedRow, Scope } from "@karibu/protocol/feed";
import type { Verdicts } from "./feed-rows.ts";

/**
 * The feed's rows on this site, kept through restarts: rows by scope, kind and key, and a cursor per scope. A page is on disk before
 * its promise resolves; then the agent acknowledges it, and the hub does not send it again. When the `follow` row of a batch is
 * deleted, the batch's scope is deleted too. `openFeedStore` is in `open-feed-store.ts`.
 */
export interface FeedStore {
  /** Last applied version per scope. */
  cursors(): Record<Scope, number>;
  readonly generation: string | null;
  /**
   * `reset`: the first page of a snapshot. `more`: further pages follow. Rows that the complete snapshot does not name are deleted
   * after its last page. So every account stays valid while a snapshot arrives, also when the link is cut.
   */
  apply(page: {
    scope: Scope;
    reset: boolean;
    more?: boolean | undefined;
    rows: readonly FeedRow[];
    version: number;
  }): Promise<void>;
  setGeneration(generation: string): Promise<void>;
  /**
   * Deletes everything, for a site that was revoked. With `untilReplaced` (a new epoch, a new generation of the hub) it deletes only
   * the generation and the cursors: rows stay valid until the first snapshot of their scope is complete. `restored`: the hub was restored
   * from a back-up, so rows that it signed, and rows that take a right away, stay valid also when its snapshot does not name them.
   */
  clear(how?: { untilReplaced: boolean; restored?: boolean }): Promise<void>;
  /** True from a restore of the hub until all that it did not name was given back to it. */
  readonly isReturning: boolean;
  /** Rows that a restored hub did not name, by scope; a batch's has its `follow` row first, with its `batch` row. */
  kept(): readonly { readonly scope: Scope; readonly rows: readonly FeedRow[] }[];
  /** What the hub said of them; the others stay. */
  applyVerdicts(verdicts: Verdicts): Promise<void>;
  /** No snapshot is under way: what the hub sends is here, as far as this site was ever told. */
  readonly isComplete: boolean;
  /** All rows that the hub has of this scope are here: what is not among them is gone. False while its snapshot comes, or is to come again. */
  isWhole(scope: Scope): boolean;
  /** Bodies of a kind over all scopes, by key; for `voucher` rows the key is `<batchId>/<serial>`. Live view. */
  rows<Kind extends FeedRow["kind"]>(
    kind: Kind,
  ): ReadonlyMap<string, NonNullable<Extract<FeedRow, { kind: Kind }>["body"]>>;
  /** Calls the listener after each applied page with the changed rows. Returns a function that stops it. */
  onChange(listener: (rows: readonly FeedRow[]) => void): () => void;
}
