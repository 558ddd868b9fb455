/**
 * Sends one connected site the feed scopes that it follows. The site's `applied` frames are the credit: only so many pages may
 * be on their way, so a slow reader costs a few pages of memory, however much there is to send.
 */
import type { Scope } from "@karibu/protocol/feed";
import type { FeedFrame } from "@karibu/protocol/link/frame";
import type { FeedPosition } from "../../ground/feed/read-pages.ts";
import type { SendablePage } from "./page-reader.ts";

export interface FeedSender {
  /** Sends what was new at the handshake. */
  begin(): void;
  /** Something may be new in the scope (hub's name), or in any. */
  wake(scope: string | null): void;
  onApplied(scope: Scope, version: number): void;
  /** Versions of scopes by the hub's names: a scope whose sent version is older is read again. */
  wakeBehind(versions: ReadonlyMap<string, number>): void;
  /** Nothing is left to read, and all that was sent is applied. */
  readonly upToDate: boolean;
  /** What was applied since last asked, by the agent's name of the scope. */
  takeApplied(): { scope: Scope; version: number }[];
  stop(): void;
}

export interface FeedSenderParts {
  readonly siteId: string;
  /** Last applied versions by the agent's names; a scope that is absent or null begins with a snapshot. */
  readonly cursors: Readonly<Record<string, number>> | null;
  readonly batches: readonly string[];
  /** Latest versions of the scopes at the handshake, by the hub's names: a site that has them needs nothing yet. */
  readonly versions: ReadonlyMap<string, number>;
  /** `isNews`: it was woken for this scope just now, as when somebody has paid; else it catches up. */
  readonly read: (position: FeedPosition, isNews: boolean) => Promise<SendablePage | null>;
  readonly send: (frame: FeedFrame) => void;
  readonly onFailure: (error: unknown) => void;
}

interface ScopeState {
  readonly scope: Scope;
  cursor: number | null;
  snapshotOf: number;
  dirty: boolean;
  isNews: boolean;
}

const pagesInFlightMax = 4;

export function createFeedSender(parts: FeedSenderParts): FeedSender {
  const { siteId, cursors, batches, versions, read, send, onFailure } = parts;
  const scopes = new Map<string, ScopeState>();
  const sent: { scope: Scope; version: number }[] = [];
  const applied = new Map<Scope, number>();
  let pumping = false;
  let stopped = false;

  const follow = (scope: Scope, cursor: number | null) => {
    const name = hubName(scope, siteId);
    if (scopes.has(name)) return;
    scopes.set(name, {
      scope,
      cursor,
      snapshotOf: 0,
      dirty: cursor === null || cursor !== versions.get(name),
      isNews: false,
    });
  };
  const followed: Scope[] = ["provider", "site", ...batches.map((batchId): Scope => `batch:${batchId}`)];
  for (const scope of followed) follow(scope, cursors?.[scope] ?? null);

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      for (let next = nextDirty(); next !== null && !stopped && sent.length < pagesInFlightMax; next = nextDirty())
        await sendPage(...next);
    } catch (error) {
      if (!stopped) onFailure(error);
    } finally {
      pumping = false;
    }
  }

  function nextDirty(): [string, ScopeState] | null {
    for (const [name, state] of scopes) if (state.dirty) return [name, state];
    return null;
  }

  async function sendPage(name: string, state: ScopeState): Promise<void> {
    // A wake during the read sets both again.
    state.dirty = false;
    const { isNews } = state;
    state.isNews = false;
    const page = await read({ scope: name, cursor: state.cursor, snapshotOf: state.snapshotOf }, isNews);
    if (page === null || stopped || scopes.get(name) !== state) return;
    state.cursor = page.version;
    state.snapshotOf = page.last ? 0 : page.snapshotOf;
    if (!page.last) state.dirty = true;
    if (state.scope === "site") noteFollows(page);
    const { reset, rows, packed, version, last } = page;
    sent.push({ scope: state.scope, version });
    const content = packed === null ? { rows } : { rows: [], packed };
    send({ type: "feed", scope: state.scope, reset, ...content, version, ...(last ? { last } : {}) });
  }

  function noteFollows(page: SendablePage): void {
    for (const row of page.rows) {
      if (row.kind !== "follow") continue;
      // The hello's cursor may be wrong by now: a site deletes a batch that it no longer follows.
      if (row.body !== null) follow(`batch:${row.key}`, null);
      else scopes.delete(`batch:${row.key}`);
    }
  }

  return {
    begin: () => void pump(),
    wake(scope) {
      for (const [name, state] of scopes) {
        if (scope !== null && name !== scope) continue;
        state.dirty = true;
        // Not of a site that begins anew: it reads all there is, for longer.
        state.isNews = scope !== null && state.cursor !== null && state.snapshotOf === 0;
      }
      void pump();
    },
    onApplied(scope, version) {
      // The site applies in order, so this page confirms those before it.
      const index = sent.findIndex((page) => page.scope === scope && page.version === version);
      if (index === -1) return;
      for (const page of sent.splice(0, index + 1)) applied.set(page.scope, page.version);
      void pump();
    },
    wakeBehind(versions) {
      let isBehind = false;
      for (const [name, state] of scopes)
        if (state.cursor !== null && state.cursor < (versions.get(name) ?? 0)) isBehind = state.dirty = true;
      if (isBehind) void pump();
    },
    get upToDate() {
      return sent.length === 0 && nextDirty() === null;
    },
    takeApplied() {
      const list = [...applied].map(([scope, version]) => ({ scope, version }));
      applied.clear();
      return list;
    },
    stop() {
      stopped = true;
    },
  };
}

function hubName(scope: Scope, siteId: string): string {
  return scope === "site" ? `site:${siteId}` : scope;
}
