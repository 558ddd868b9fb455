import type { FeedRow, Scope } from "@karibu/protocol/feed";

/**
 * What the hub has told this site, kept through restarts: rows by scope, kind and key, and a cursor per scope.
 * A page is on disk before its promise resolves (the applied-ack tells the hub that it need not send it again).
 * A batch whose `follow` row goes takes its scope with it. `openFeedStore` is in `open-feed-store.ts`.
 */
export interface FeedStore {
  /** Last applied version per scope. */
  cursors(): Record<Scope, number>;
  readonly generation: string | null;
  /**
   * `reset`: the first page of a snapshot. What the snapshot has not named by its last page is then forgotten; `more`
   * says that this is not the last. So nobody's account is gone while a snapshot is on its way, or its link is cut.
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
   * Forgets all (this site was revoked). With `untilReplaced` only the generation and the cursors (a new epoch, a new
   * generation of the hub): the rows stay in force until the first snapshot of their scope is complete.
   */
  clear(how?: { untilReplaced: boolean }): Promise<void>;
  /** Bodies of a kind over all scopes, by key; for `voucher` rows the key is `<batchId>/<serial>`. Live view. */
  rows<Kind extends FeedRow["kind"]>(
    kind: Kind,
  ): ReadonlyMap<string, NonNullable<Extract<FeedRow, { kind: Kind }>["body"]>>;
  /** Runs after a page is applied, with what changed; returns how to stop listening. */
  onChange(listener: (rows: readonly FeedRow[]) => void): () => void;
}
