/** The feed's rows in memory: by scope, and as one live view per kind. Plain data and no I/O. */
import type { FeedKind, FeedRow, Scope } from "@karibu/protocol/feed";

export interface FeedRows {
  generation: string | null;
  readonly cursors: Map<Scope, number>;
  readonly scopes: Map<Scope, Map<FeedKind, Map<string, Body>>>;
  readonly views: Map<FeedKind, Map<string, Body>>;
  /** Rows that the current snapshot has not named yet. They are valid until its last page, and deleted then. */
  readonly stale: Map<Scope, Set<string>>;
}

type Body = NonNullable<FeedRow["body"]>;

/** A change, as the feed's log has it. `applyChange` applies it. */
export type FeedChange =
  | {
      readonly do: "page";
      readonly scope: Scope;
      readonly reset: boolean;
      readonly more?: boolean;
      readonly rows: readonly FeedRow[];
      readonly version: number;
    }
  | { readonly do: "generation"; readonly generation: string }
  | { readonly do: "clear"; readonly untilReplaced: boolean };

/** Rows as they are saved: bodies by scope, kind and key of the view. */
export interface SavedRows {
  readonly generation: string | null;
  readonly cursors: Readonly<Record<string, number>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, Body])[]>>>>;
  readonly stale: Readonly<Record<string, readonly string[]>>;
}

export function emptyRows(): FeedRows {
  return { generation: null, cursors: new Map(), scopes: new Map(), views: new Map(), stale: new Map() };
}

/** Changes the rows in place. Returns the changed rows, with a tombstone for each deleted one. */
export function applyChange(state: FeedRows, change: FeedChange): readonly FeedRow[] {
  if (change.do === "generation") {
    state.generation = change.generation;
    return [];
  }
  if (change.do === "page") return applyPage(state, change);
  state.generation = null;
  state.cursors.clear();
  if (change.untilReplaced) {
    for (const scope of state.scopes.keys()) markStale(state, scope);
    return [];
  }
  return [...state.scopes.keys()].flatMap((scope) => dropScope(state, scope));
}

function applyPage(state: FeedRows, page: Extract<FeedChange, { do: "page" }>): readonly FeedRow[] {
  const isFirstOfSnapshot = page.reset || !state.cursors.has(page.scope);
  if (isFirstOfSnapshot) markStale(state, page.scope);
  const changed: FeedRow[] = [];
  for (const row of page.rows) {
    changed.push(row);
    if (row.body === null) remove(state, page.scope, row.kind, viewKey(page.scope, row.kind, row.key));
    else put(state, page.scope, row.kind, viewKey(page.scope, row.kind, row.key), row.body);
    if (row.kind === "follow" && row.body === null) changed.push(...dropScope(state, `batch:${row.key}`));
  }
  state.cursors.set(page.scope, page.version);
  if (page.more !== true) changed.push(...dropStale(state, page.scope));
  return changed;
}

/** A voucher's serial is unique only within its batch. */
function viewKey(scope: Scope, kind: FeedKind, key: string): string {
  return kind === "voucher" ? `${scope.slice(scope.indexOf(":") + 1)}/${key}` : key;
}

const staleKey = (kind: FeedKind, key: string): string => `${kind} ${key}`;

function put(state: FeedRows, scope: Scope, kind: FeedKind, key: string, body: Body): void {
  inner(inner(state.scopes, scope), kind).set(key, body);
  inner(state.views, kind).set(key, body);
  state.stale.get(scope)?.delete(staleKey(kind, key));
}

function remove(state: FeedRows, scope: Scope, kind: FeedKind, key: string): void {
  const body = state.scopes.get(scope)?.get(kind)?.get(key);
  if (body === undefined) return;
  state.scopes.get(scope)?.get(kind)?.delete(key);
  state.stale.get(scope)?.delete(staleKey(kind, key));
  const view = state.views.get(kind);
  if (view?.get(key) !== body) return; // another scope's row with this key is the valid one
  view.delete(key);
  if (kind === "voucher") return;
  for (const kinds of state.scopes.values()) {
    const other = kinds.get(kind)?.get(key);
    if (other !== undefined) view.set(key, other);
  }
}

function markStale(state: FeedRows, scope: Scope): void {
  const keys = new Set<string>();
  for (const [kind, rows] of state.scopes.get(scope) ?? [])
    for (const key of rows.keys()) keys.add(staleKey(kind, key));
  if (keys.size > 0) state.stale.set(scope, keys);
}

function dropStale(state: FeedRows, scope: Scope): FeedRow[] {
  const gone = state.stale.get(scope);
  if (gone === undefined) return [];
  state.stale.delete(scope);
  const changed: FeedRow[] = [];
  for (const entry of gone) {
    const space = entry.indexOf(" ");
    const kind = entry.slice(0, space) as FeedKind;
    const key = entry.slice(space + 1);
    remove(state, scope, kind, key);
    changed.push(tombstone(scope, kind, key));
    if (kind === "follow") changed.push(...dropScope(state, `batch:${key}`));
  }
  return changed;
}

/** Deletes the key and the rows of a batch that is no longer followed. */
function dropScope(state: FeedRows, scope: Scope): FeedRow[] {
  const changed: FeedRow[] = [];
  for (const [kind, rows] of state.scopes.get(scope) ?? []) {
    for (const key of [...rows.keys()]) {
      remove(state, scope, kind, key);
      changed.push(tombstone(scope, kind, key));
    }
  }
  state.scopes.delete(scope);
  state.cursors.delete(scope);
  state.stale.delete(scope);
  return changed;
}

function tombstone(scope: Scope, kind: FeedKind, key: string): FeedRow {
  const rowKey = kind === "voucher" ? key.slice(viewKey(scope, kind, "").length) : key;
  // Version 1: nothing reads the version of a row that only says "gone".
  return { kind, key: rowKey, version: 1, body: null } as FeedRow;
}

function inner<K, K2, V>(outer: Map<K, Map<K2, V>>, key: K): Map<K2, V> {
  let map = outer.get(key);
  if (map === undefined) {
    map = new Map();
    outer.set(key, map);
  }
  return map;
}

/** A copy that can be written while new pages arrive. The bodies are shared, because they never change. */
export function saveRows(state: FeedRows): SavedRows {
  const scopes: Record<string, Record<string, [string, Body][]>> = {};
  for (const [scope, kinds] of state.scopes) {
    const saved: Record<string, [string, Body][]> = {};
    for (const [kind, rows] of kinds) saved[kind] = [...rows];
    scopes[scope] = saved;
  }
  const stale = Object.fromEntries([...state.stale].map(([scope, keys]) => [scope, [...keys]]));
  return { generation: state.generation, cursors: Object.fromEntries(state.cursors), scopes, stale };
}

export function restoreRows(saved: SavedRows): FeedRows {
  const state = emptyRows();
  state.generation = saved.generation;
  for (const [scope, cursor] of Object.entries(saved.cursors)) state.cursors.set(scope, cursor);
  for (const [scope, kinds] of Object.entries(saved.scopes)) {
    for (const [kind, rows] of Object.entries(kinds)) {
      for (const [key, body] of rows) put(state, scope, kind as FeedKind, key, body);
    }
  }
  for (const [scope, keys] of Object.entries(saved.stale)) state.stale.set(scope, new Set(keys));
  return state;
}
