/** The feed's rows in memory: by scope, and as one live view per kind. Plain data and no I/O. */
import type { BatchBody, FeedKind, FeedRow, GrantBody, Scope, VoucherBody } from "@karibu/protocol/feed";

export interface FeedRows {
  generation: string | null;
  readonly cursors: Map<Scope, number>;
  readonly scopes: Map<Scope, Map<FeedKind, Map<string, Body>>>;
  readonly views: Map<FeedKind, Map<string, Body>>;
  /** Rows that the current snapshot has not named yet. They are valid until its last page, and deleted then. */
  readonly stale: Map<Scope, Set<string>>;
  /** Scopes of which the first snapshot has not ended: a row may be on a page that is still to come. */
  readonly unfinished: Set<Scope>;
  /** The hub was restored: what its snapshots do not name any more is kept, until it has said what becomes of it. */
  isReturning: boolean;
  /** Rows that a restored hub did not name. They are valid. */
  readonly kept: Map<Scope, Set<string>>;
}

/** Names a row within its scope. */
export type RowName = `${FeedKind} ${string}`;

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
  | { readonly do: "clear"; readonly untilReplaced: boolean; readonly restored?: boolean }
  | ({ readonly do: "settle" } & Verdicts);

/** What the restored hub said of rows that it did not name, and that this site gave back to it. */
export interface Verdicts {
  readonly scope: Scope;
  /** The hub has them again, and names them from now on. */
  readonly taken: readonly RowName[];
  /** The hub ended them. */
  readonly gone: readonly RowName[];
  /** Nothing is left to ask. */
  readonly done: boolean;
}

/** Rows as they are saved: bodies by scope, kind and key of the view. */
export interface SavedRows {
  readonly generation: string | null;
  readonly cursors: Readonly<Record<string, number>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, Body])[]>>>>;
  readonly stale: Readonly<Record<string, readonly string[]>>;
  readonly unfinished?: readonly string[];
  readonly isReturning?: boolean;
  readonly kept?: Readonly<Record<string, readonly string[]>>;
}

export function emptyRows(): FeedRows {
  const maps = { cursors: new Map(), scopes: new Map(), views: new Map(), stale: new Map(), kept: new Map() };
  return { generation: null, ...maps, unfinished: new Set(), isReturning: false };
}

/** Changes the rows in place. Returns the changed rows, with a tombstone for each deleted one. */
export function applyChange(state: FeedRows, change: FeedChange): readonly FeedRow[] {
  if (change.do === "generation") {
    state.generation = change.generation;
    return [];
  }
  if (change.do === "page") return applyPage(state, change);
  if (change.do === "settle") return applyVerdicts(state, change);
  return clearAll(state, change);
}

function clearAll(state: FeedRows, { untilReplaced, restored }: Extract<FeedChange, { do: "clear" }>): FeedRow[] {
  state.generation = null;
  state.cursors.clear();
  state.unfinished.clear();
  if (restored === true) state.isReturning = true;
  if (!untilReplaced) return [...state.scopes.keys()].flatMap((scope) => deleteScope(state, scope));
  for (const scope of state.scopes.keys()) markAllStale(state, scope);
  return [];
}

function applyPage(state: FeedRows, page: Extract<FeedChange, { do: "page" }>): readonly FeedRow[] {
  const { scope } = page;
  const isFirstOfSnapshot = page.reset || !state.cursors.has(scope);
  if (isFirstOfSnapshot) {
    markAllStale(state, scope);
    state.unfinished.add(scope);
  }
  const changed: FeedRow[] = [];
  for (const row of page.rows) {
    const key = viewKey(scope, row.kind, row.key);
    // Before it is put: that replaces our row, and takes its mark away.
    if (undoesRevocation(state, scope, row)) {
      markKept(state, scope, rowName(row.kind, key));
      continue;
    }
    changed.push(row);
    if (row.body === null) takeOut(state, scope, row.kind, key);
    else put(state, scope, row.kind, key, row.body);
    if (row.kind === "follow" && row.body === null) changed.push(...deleteScope(state, `batch:${row.key}`));
  }
  state.cursors.set(scope, page.version);
  if (page.more !== true) {
    state.unfinished.delete(scope);
    changed.push(...endStale(state, scope));
  }
  return changed;
}

/** A voucher's serial is unique only within its batch. In the site's own scope the hub names the batch too. */
function viewKey(scope: Scope, kind: FeedKind, key: string): string {
  return kind === "voucher" && scope.startsWith("batch:") ? `${scope.slice("batch:".length)}/${key}` : key;
}

const rowName = (kind: FeedKind, key: string): RowName => `${kind} ${key}`;

function partsOf(name: string): { kind: FeedKind; key: string } {
  const space = name.indexOf(" ");
  return { kind: name.slice(0, space) as FeedKind, key: name.slice(space + 1) };
}

/** Names the row: it is neither stale nor kept any more. */
function put(state: FeedRows, scope: Scope, kind: FeedKind, key: string, body: Body): void {
  inner(inner(state.scopes, scope), kind).set(key, body);
  inner(state.views, kind).set(key, body);
  state.stale.get(scope)?.delete(rowName(kind, key));
  state.kept.get(scope)?.delete(rowName(kind, key));
}

/** The row alone: who calls it says so by a tombstone. Where another scope has a row of this key, the view shows that one from now on. */
function takeOut(state: FeedRows, scope: Scope, kind: FeedKind, key: string): void {
  const body = state.scopes.get(scope)?.get(kind)?.get(key);
  if (body === undefined) return;
  state.scopes.get(scope)?.get(kind)?.delete(key);
  state.stale.get(scope)?.delete(rowName(kind, key));
  state.kept.get(scope)?.delete(rowName(kind, key));
  const view = state.views.get(kind);
  if (view?.get(key) !== body) return; // another scope's row with this key is the valid one
  view.delete(key);
  // A voucher has one row in its batch's scope, and may have one in the site's.
  const places: Iterable<Scope> =
    kind === "voucher" ? ["site", `batch:${key.slice(0, key.lastIndexOf("/"))}`] : state.scopes.keys();
  for (const place of places) {
    const other = state.scopes.get(place)?.get(kind)?.get(key);
    if (other !== undefined) view.set(key, other);
  }
}

/** A snapshot begins, or will: what it does not name is not the hub's. */
function markAllStale(state: FeedRows, scope: Scope): void {
  const keys = new Set<string>();
  for (const [kind, rows] of state.scopes.get(scope) ?? []) for (const key of rows.keys()) keys.add(rowName(kind, key));
  if (keys.size > 0) state.stale.set(scope, keys);
}

/** A snapshot has ended: what it did not name is deleted, or kept where the hub was restored and may take it back. */
function endStale(state: FeedRows, scope: Scope): FeedRow[] {
  const unnamed = state.stale.get(scope);
  if (unnamed === undefined) return [];
  state.stale.delete(scope);
  const changed: FeedRow[] = [];
  for (const name of unnamed) {
    const { kind, key } = partsOf(name);
    const isKept = state.kept.get(scope)?.has(name) === true;
    if (isKept || (state.isReturning && isReturnable(kind, state.scopes.get(scope)?.get(kind)?.get(key)))) {
      markKept(state, scope, name);
      if (kind === "follow") markBatchKept(state, `batch:${key}`);
      continue;
    }
    changed.push(...deleteRow(state, scope, name));
  }
  return changed;
}

/** With the rows of its batch, where it was what the site followed the batch by. */
function deleteRow(state: FeedRows, scope: Scope, name: string): FeedRow[] {
  const { kind, key } = partsOf(name);
  takeOut(state, scope, kind, key);
  return [tombstone(scope, kind, key), ...(kind === "follow" ? deleteScope(state, `batch:${key}`) : [])];
}

/** What a restored hub can take back: what it has signed, and what takes rights away. */
function isReturnable(kind: FeedKind, body: Body | undefined): boolean {
  if (body === undefined) return false;
  if (kind === "voucher") return (body as VoucherBody).state === "disabled";
  return kind === "cash-sale" || "mark" in body;
}

/** The restored hub's row gives back a right that was taken away after its back-up: ours counts until it has been told. */
function undoesRevocation(state: FeedRows, scope: Scope, { kind, key, body }: FeedRow): boolean {
  if (body === null || !state.isReturning || !state.stale.get(scope)?.has(rowName(kind, key))) return false;
  const ours = state.scopes.get(scope)?.get(kind)?.get(key);
  if (ours === undefined || !("mark" in ours)) return false;
  if (kind === "grant") return isRevoked(ours as GrantBody) && !isRevoked(body as GrantBody);
  return kind === "batch" && !(ours as BatchBody).active && (body as BatchBody).active;
}

const isRevoked = ({ grant }: GrantBody): boolean => grant.revokedAtMs !== null;

/** It counts until the hub has said what becomes of it. */
function markKept(state: FeedRows, scope: Scope, name: string): void {
  state.stale.get(scope)?.delete(name);
  const kept = state.kept.get(scope);
  if (kept === undefined) state.kept.set(scope, new Set([name]));
  else kept.add(name);
}

/** A restored hub that does not name the `follow` row of a batch sends no snapshot of it, at whose end its rows would be looked at. */
function markBatchKept(state: FeedRows, scope: Scope): void {
  state.stale.delete(scope);
  for (const [kind, rows] of state.scopes.get(scope) ?? [])
    for (const [key, body] of rows) if (isReturnable(kind, body)) markKept(state, scope, rowName(kind, key));
}

function applyVerdicts(state: FeedRows, { scope, taken, gone, done }: Verdicts): FeedRow[] {
  for (const name of taken) state.kept.get(scope)?.delete(name);
  if (done) state.isReturning = false;
  // What the hub has named meanwhile is its new word, and stays.
  return gone.flatMap((name) => (state.kept.get(scope)?.has(name) ? deleteRow(state, scope, name) : []));
}

/** Rows that a restored hub did not name, as it sent them; a batch's scope begins with its `follow` and `batch` rows. */
export function keptRows(state: FeedRows): { readonly scope: Scope; readonly rows: FeedRow[] }[] {
  const lists = new Map<Scope, FeedRow[]>();
  for (const [scope, names] of state.kept) {
    for (const name of names) {
      const { kind, key } = partsOf(name);
      const body = state.scopes.get(scope)?.get(kind)?.get(key);
      if (body === undefined) continue;
      const row = { ...tombstone(scope, kind, key), body } as FeedRow;
      const place: Scope = kind === "follow" ? `batch:${key}` : scope;
      const list = lists.get(place) ?? [];
      lists.set(place, list);
      if (kind === "follow" || kind === "batch") list.unshift(row);
      else list.push(row);
    }
  }
  return [...lists].map(([scope, rows]) => ({ scope, rows }));
}

/** Deletes the key and the rows of a batch that is no longer followed. */
function deleteScope(state: FeedRows, scope: Scope): FeedRow[] {
  const changed: FeedRow[] = [];
  for (const [kind, rows] of state.scopes.get(scope) ?? []) {
    for (const key of [...rows.keys()]) {
      takeOut(state, scope, kind, key);
      changed.push(tombstone(scope, kind, key));
    }
  }
  state.scopes.delete(scope);
  state.cursors.delete(scope);
  state.stale.delete(scope);
  state.unfinished.delete(scope);
  state.kept.delete(scope);
  return changed;
}

function tombstone(scope: Scope, kind: FeedKind, key: string): FeedRow {
  const rowKey = kind === "voucher" ? key.slice(viewKey(scope, kind, "").length) : key;
  // Version 1: nothing reads the version of such a row; what was signed has it in its mark.
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
  const namesOf = (sets: FeedRows["stale"]) => Object.fromEntries([...sets].map(([scope, keys]) => [scope, [...keys]]));
  const saved = { generation: state.generation, cursors: Object.fromEntries(state.cursors), scopes };
  const { isReturning, stale, unfinished, kept } = state;
  return { ...saved, stale: namesOf(stale), unfinished: [...unfinished], isReturning, kept: namesOf(kept) };
}

/** All rows that the hub has of this scope are here: no snapshot of it is under way, or still to come. */
export function isWhole(state: FeedRows, scope: Scope): boolean {
  const hasAll = state.cursors.has(scope) && !state.unfinished.has(scope) && !state.stale.has(scope);
  return state.generation !== null && hasAll && !state.isReturning;
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
  // After the rows: each that is put loses its marks.
  for (const [scope, keys] of Object.entries(saved.stale)) state.stale.set(scope as Scope, new Set(keys));
  for (const scope of saved.unfinished ?? []) state.unfinished.add(scope as Scope);
  for (const [scope, keys] of Object.entries(saved.kept ?? {})) state.kept.set(scope as Scope, new Set(keys));
  state.isReturning = saved.isReturning === true;
  return state;
}
