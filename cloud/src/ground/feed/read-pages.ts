/**
 * The rows of a scope that a site does not have yet. Each key comes once, in the order of versions, so any page may be the last
 * that arrives. One statement reads scope and rows: with two, a cursor could step over a commit between them.
 */
import type { FeedKind, FeedRow } from "@karibu/protocol/feed";
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { recordset } from "../db/recordset.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { withMark } from "./row-mark.ts";
import { readableBody } from "./stored-body.ts";

export interface FeedPosition {
  /** The hub's name of the scope (`scopeKey`). */
  readonly scope: string;
  /** Last version applied; null: the site holds nothing it may keep, so it gets a snapshot. */
  readonly cursor: number | null;
  /** Tombstones up to here are not needed: a snapshot was begun at this version. 0 outside of snapshots. */
  readonly snapshotOf: number;
}

export interface FeedPage {
  readonly reset: boolean;
  readonly rows: FeedRow[];
  /** The cursor once this page is applied. */
  readonly version: number;
  readonly last: boolean;
  readonly snapshotOf: number;
}

interface Read {
  readonly scopeVersion: number;
  readonly horizon: number;
  readonly kind: FeedKind;
  readonly key: string;
  readonly version: number | null;
  readonly body: unknown;
}

export interface PageLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** The next page after a position, or null when there are no more rows. */
export async function readPage(
  tx: Tx,
  envelope: Envelope,
  providerId: string,
  position: FeedPosition,
  limits: PageLimits,
): Promise<FeedPage | null> {
  const found = await sql<{ version: number; horizon: number }>`
    select version, horizon from feed_scopes where provider_id = ${providerId} and scope = ${position.scope}
  `.execute(tx);
  const known = found.rows[0];
  // An unknown scope is an empty one. A cursor ahead of the scope is from a database that was restored since.
  const start = decideStart(position, known ?? { version: 0, horizon: 0 });
  if (known === undefined) return start.reset ? { reset: true, rows: [], version: 0, last: true, snapshotOf: 0 } : null;
  const { rows } = await sql<Read>`
    select s.version as scope_version, s.horizon, r.kind, r.key, r.version, r.body
    from feed_scopes s left join lateral (
      select kind, key, version, body from feed_rows f
      where f.provider_id = s.provider_id and f.scope = s.scope and f.version > ${start.after}
        and (f.body is not null or f.version > ${start.snapshotOf})
      order by f.version limit ${limits.rows + 1}
    ) r on true
    where s.provider_id = ${providerId} and s.scope = ${position.scope}
    order by r.version
  `.execute(tx);
  const { scopeVersion, horizon } = rows[0] as Read;
  if (horizon !== known.horizon) return readPage(tx, envelope, providerId, position, limits); // tombstones were deleted in between
  const page = cutPage(
    rows
      .filter((row) => row.version !== null)
      .map(({ kind, key, version, body }) => {
        const place = { providerId, scope: position.scope, kind, key };
        const readable = readableBody(envelope, place, body);
        return { kind, key, version, body: withMark(envelope, place, version as number, readable) } as FeedRow;
      }),
    limits,
  );
  const { last } = page;
  if (page.rows.length === 0 && !start.reset && scopeVersion === start.after) return null;
  const version = last ? scopeVersion : (page.rows.at(-1) as FeedRow).version;
  return { reset: start.reset, rows: page.rows, version, last, snapshotOf: start.snapshotOf };
}

/** Where to begin: after the cursor, or with a snapshot when the cursor is not valid. */
function decideStart(
  position: Pick<FeedPosition, "cursor" | "snapshotOf">,
  scope: { readonly version: number; readonly horizon: number },
): { reset: boolean; after: number; snapshotOf: number } {
  const { cursor, snapshotOf } = position;
  const trusted =
    cursor !== null && cursor <= scope.version && (cursor >= scope.horizon || snapshotOf >= scope.horizon);
  if (trusted) return { reset: false, after: cursor, snapshotOf };
  return { reset: true, after: 0, snapshotOf: scope.version };
}

/** As many rows as fit, at least one. The reader asks for one row more than fits, to know which page is the last. */
function cutPage(rows: FeedRow[], limits: PageLimits): { rows: FeedRow[]; last: boolean } {
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if ((bytes > limits.bytes && index > 0) || index === limits.rows)
      return { rows: rows.slice(0, index), last: false };
  }
  return { rows, last: true };
}

interface SitePlace {
  readonly providerId: string;
  readonly siteId: string;
}

/** By site: the batches that are redeemable there. A site follows them beside its provider's scope and its site scope. */
export async function readFollowedBatches(tx: Tx, places: readonly SitePlace[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ siteId: string; key: string }>`
    select f."siteId" as site_id, r.key
    from ${recordset("f", places, { providerId: "text", siteId: "text" })}
    join feed_rows r on r.provider_id = f."providerId" and r.scope = 'site:' || f."siteId"
      and r.kind = 'follow' and r.body is not null
    order by 1, 2
  `.execute(tx);
  const batches = new Map<string, string[]>();
  for (const row of rows) {
    const list = batches.get(row.siteId);
    if (list === undefined) batches.set(row.siteId, [row.key]);
    else list.push(row.key);
  }
  return batches;
}

/** Latest version by provider and scope (joined by a line break), for all scopes that these sites follow. */
export async function readScopeVersions(tx: Tx, places: readonly SitePlace[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ providerId: string; scope: string; version: number }>`
    with place as (
      select f."providerId" as provider_id, f."siteId" as site_id
      from ${recordset("f", places, { providerId: "text", siteId: "text" })}
    ), followed as (
      select distinct provider_id, 'provider' as scope from place
      union all select provider_id, 'site:' || site_id from place
      union all select distinct r.provider_id, 'batch:' || r.key from place p join feed_rows r
        on r.provider_id = p.provider_id and r.scope = 'site:' || p.site_id and r.kind = 'follow' and r.body is not null
    )
    select s.provider_id, s.scope, s.version from followed f
    join feed_scopes s on s.provider_id = f.provider_id and s.scope = f.scope
  `.execute(tx);
  return new Map(rows.map(({ providerId, scope, version }) => [`${providerId}\n${scope}`, version]));
}

/** Deletes the tombstones of all providers from before `beforeMs`. Sites whose cursor is behind them get a snapshot. */
export async function dropTombstones(tx: Tx, beforeMs: number): Promise<void> {
  await sql`
    with old as (
      select provider_id, scope, max(version) as version from feed_rows
      where body is null and changed_at_ms < ${beforeMs}::bigint group by provider_id, scope
    ), raised as (
      update feed_scopes s set horizon = greatest(s.horizon, old.version) from old
      where s.provider_id = old.provider_id and s.scope = old.scope
    )
    delete from feed_rows where body is null and changed_at_ms < ${beforeMs}::bigint
  `.execute(tx);
}

/** Sites that follow a batch, or did: who has its codes, or had them. */
export async function readFollowers(tx: Tx, providerId: string, batchId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("feed_rows")
    .select("scope")
    .where("providerId", "=", providerId)
    .where("kind", "=", "follow")
    .where("key", "=", batchId)
    .execute();
  return rows.flatMap(({ scope }) => (scope.startsWith("site:") ? [scope.slice("site:".length)] : []));
}
