/** The feed's rows on disk: a log of pages, and a document of all rows that is rewritten when the log has grown. */

import { Fault } from "@karibu/protocol/fault";
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { LogHolder } from "../journal/known-end.ts";
import { type LogDamage, openLog } from "../journal/log.ts";
import type { Torn } from "../journal/recovery-policy.ts";
import { type KeptDocument, openDocument } from "./document-file.ts";
import {
  applyChange,
  emptyRows,
  type FeedChange,
  isWhole,
  keptRows,
  restoreRows,
  type SavedRows,
  saveRows,
} from "./feed-rows.ts";
import type { FeedStore } from "./feed-store.ts";

export interface StoredFeed extends FeedStore {
  /** What was damaged at opening. The cursors are deleted then, and the hub sends everything again. Null: nothing. */
  readonly damage: (LogDamage & { readonly documentsSetAside: readonly string[] }) | null;
  /** Rows may be missing that this site had. */
  readonly isIncomplete: boolean;
  /** What the last write before a crash left unreadable: the hub sends it again. Null: nothing. */
  readonly torn: Torn | null;
  close(): Promise<void>;
}

export interface FeedStoreOptions {
  readonly segmentBytesMax?: number;
  /** The rows are rewritten when the log since then is longer than this and longer than the rows. */
  readonly compactBytesMin?: number;
  /** Something else writes to the folder: what was found. */
  readonly holder?: LogHolder;
}

const documentName = "feed/rows.json";
const logPath = "feed/log";

/**
 * Opens the feed store. A page is valid in memory at once, and on disk when its promise resolves. When the disk refuses, the promise
 * rejects; the page is written as soon as the disk accepts it.
 */
export async function openFeedStore(world: World, folder: Folder, options: FeedStoreOptions = {}): Promise<StoredFeed> {
  const compactBytesMin = options.compactBytesMin ?? 1024 * 1024;
  const document = await openDocument<number, SavedRows>(folder, documentName);
  const { savedSeq, state, hasDocument } = restoreLoaded(document);
  let expectedSeq = savedSeq + 1;
  let logBytes = 0;
  let isIncomplete = false;
  const { log, damage } = await openLog(world, folder, {
    path: logPath,
    owner: "feed",
    segmentBytesMax: options.segmentBytesMax ?? 512 * 1024,
    queueBytesMax: 32 * 1024 * 1024,
    placeholder: () => "null",
    holder: options.holder,
    atLeastSeq: savedSeq,
    skipThroughSeq: savedSeq,
    onLine: ({ seq, json }) => {
      if (seq <= savedSeq) return;
      const change = seq === expectedSeq ? (JSON.parse(json) as FeedChange | null) : null;
      expectedSeq = seq + 1;
      logBytes += json.length;
      if (change === null) isIncomplete = true;
      else applyChange(state, change);
      if (change?.do === "clear") isIncomplete = false; // after it the hub sent everything again
    },
  });

  const listeners = new Set<(rows: readonly FeedRow[]) => void>();
  let compacting: Promise<void> | null = null;
  let closed = false;

  /** In memory now, on disk when the promise resolves. */
  async function change(what: FeedChange): Promise<void> {
    if (closed) throw new Fault("feed/closed", "changed after close", { retry: "never" });
    const json = JSON.stringify(what);
    const durable = log.append(json);
    logBytes += json.length;
    const changed = applyChange(state, what);
    for (const listener of [...listeners]) {
      try {
        listener(changed);
      } catch (error) {
        world.log.error("feed-listener-failed", { message: String(error) });
      }
    }
    await durable;
    if (logBytes >= Math.max(compactBytesMin, document.fileBytes)) compactSoon();
  }

  function compactSoon(): void {
    compacting ??= compact()
      .catch((error: unknown) => world.log.warn("feed-not-compacted", { message: String(error) }))
      .finally(() => {
        compacting = null;
      });
  }

  async function compact(): Promise<void> {
    const seq = log.lastSeq;
    const rows = saveRows(state);
    const coveredBytes = logBytes;
    await log.flush(); // the document must not be newer than the log
    await document.save(seq, rows);
    logBytes -= coveredBytes;
    const coveredSeq = document.coveredPoint ?? 0;
    for (const segment of log.segments.filter((each) => each.lastSeq <= coveredSeq)) await log.drop(segment);
  }

  const isDamaged = isIncomplete || damage.isDamaged || document.setAside.length > 0;
  if (isDamaged && isIncompleteWithoutHub()) {
    // Rows may be missing that the cursors cover. The rows that are there stay valid until the hub has sent everything again.
    await change({ do: "clear", untilReplaced: true }).catch(() => {});
  }

  function isIncompleteWithoutHub(): boolean {
    // A damaged newest document alone costs nothing: the older one and the log give the same rows.
    return isIncomplete || (!hasDocument && document.setAside.length > 0);
  }

  return {
    damage: isDamaged ? { ...damage, documentsSetAside: document.setAside } : null,
    isIncomplete: isDamaged && isIncompleteWithoutHub(),
    torn: damage.torn,
    get isComplete() {
      const isUnderWay = state.stale.size > 0 || state.unfinished.size > 0;
      return state.generation !== null && state.cursors.size > 0 && !isUnderWay;
    },
    isWhole: (scope) => isWhole(state, scope),
    cursors: () => Object.fromEntries(state.cursors) as Record<Scope, number>,
    get generation() {
      return state.generation;
    },
    apply: (page) => change({ do: "page", ...page }),
    setGeneration: (generation) => change({ do: "generation", generation }),
    clear: (how) =>
      change({
        do: "clear",
        untilReplaced: how?.untilReplaced === true,
        ...(how?.restored === true ? { restored: true } : {}),
      }),
    get isReturning() {
      return state.isReturning;
    },
    kept: () => keptRows(state),
    applyVerdicts: (verdicts) => change({ do: "settle", ...verdicts }),
    rows: ((kind: FeedRow["kind"]) => {
      let view = state.views.get(kind);
      if (view === undefined) {
        view = new Map();
        state.views.set(kind, view);
      }
      return view;
    }) as FeedStore["rows"],
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      await compacting;
      await log.close();
    },
  };
}

/** In a function of its own, so that nothing keeps what was read. */
function restoreLoaded(document: KeptDocument<number, SavedRows>) {
  const loaded = document.takeLoaded();
  const state = loaded === null ? emptyRows() : restoreRows(loaded.body);
  return { savedSeq: loaded?.point ?? 0, state, hasDocument: loaded !== null };
}
