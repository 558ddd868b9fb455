import { type FeedKind, type FeedRow, feedRowSchema } from "@karibu/protocol/feed";
import { complaint, inPlainWords } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Notice, Tx } from "../db/database.ts";
import { recordsetInColumns } from "../db/recordset.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { storedBody } from "./stored-body.ts";

/** Where a row lives in the hub: all sites of a provider, one site, or the followers of one batch. */
export type FeedTarget =
  | { readonly scope: "provider" }
  | { readonly scope: "site"; readonly siteId: string }
  | { readonly scope: "batch"; readonly batchId: string };

/**
 * Puts a row into a feed, in the transaction of its cause: takes the scope's lock and the next version, writes the row
 * (body null: a tombstone) and wakes the sites' links after commit. Throws RangeError for a body that no site could read.
 */
export type Publish = <Kind extends FeedKind>(
  tx: Tx,
  row: {
    readonly providerId: string;
    readonly target: FeedTarget;
    readonly kind: Kind;
    readonly key: string;
    readonly body: Extract<FeedRow, { kind: Kind }>["body"];
  },
) => Promise<void>;

/** The same for many rows of several providers in one statement, without NOTIFY: after the commit the caller announces `feedNotice`. No two rows are one. */
export type PublishMany = (tx: Tx, rows: readonly PublishedRow[]) => Promise<void>;

export interface PublishedRow {
  readonly providerId: string;
  readonly target: FeedTarget;
  readonly kind: FeedKind;
  readonly key: string;
  readonly body: FeedRow["body"];
}

export const feedNotice = ({ providerId, target }: Pick<PublishedRow, "providerId" | "target">): Notice => ({
  channel: feedChannel,
  payload: `${providerId}|${scopeKey(target)}`,
});

/** The channel that notifies links of a scope's new rows. Payload: `<providerId>|<scope key>`; listeners read the tables. */
export const feedChannel = "karibu_feed";

/** One row must fit a frame with room to spare. */
const bodyBytesMax = 128 * 1024;

/** The scope's name in the hub's tables. */
function scopeKey(target: FeedTarget): string {
  if (target.scope === "provider") return "provider";
  return target.scope === "site" ? `site:${target.siteId}` : `batch:${target.batchId}`;
}

/** `envelope` seals the bodies that carry secrets (batch keys, passwords). */
export function createPublish(world: World, envelope: Envelope): Publish {
  return async (tx, { providerId, target, kind, key, body }) => {
    const scope = scopeKey(target);
    refuseUnreadable(kind, key, body);
    await sql`
      with taken as (
        insert into feed_scopes (provider_id, scope, version) values (${providerId}, ${scope}, 1)
        on conflict (provider_id, scope) do update set version = feed_scopes.version + 1
        returning version
      ), written as (
        insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
        select ${providerId}::text, ${scope}::text, ${kind}::text, ${key}::text, taken.version,
          ${storedBody(envelope, { providerId, scope, kind, key }, body)}::jsonb, ${world.clock.wall().atMs}::bigint
        from taken
        on conflict (provider_id, scope, kind, key) do update
          set version = excluded.version, body = excluded.body, changed_at_ms = excluded.changed_at_ms
      )
      select pg_notify(${feedChannel}, ${`${providerId}|${scope}`}) from taken
    `.execute(tx);
  };
}

export function createPublishMany(world: World, envelope: Envelope): PublishMany {
  return async (tx, rows) => {
    if (rows.length === 0) return;
    const stored = rows.map(({ providerId, target, kind, key, body }) => {
      refuseUnreadable(kind, key, body);
      const place = { providerId, scope: scopeKey(target), kind, key };
      const text = storedBody(envelope, place, body);
      return { providerId, scope: place.scope, kind, key, body: text === null ? null : JSON.parse(text) };
    });
    await sql`
      with fresh as (
        select f.*, row_number() over (partition by provider_id, scope order by kind, key) as place
        from ${recordsetInColumns("f", stored, { providerId: "text", scope: "text", kind: "text", key: "text", body: "jsonb" })}
      ), counted as (select provider_id, scope, count(*) as count from fresh group by 1, 2), taken as (
        insert into feed_scopes (provider_id, scope, version)
        select provider_id, scope, count from counted order by 1, 2
        on conflict (provider_id, scope) do update set version = feed_scopes.version + excluded.version
        returning provider_id, scope, version
      )
      insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
      select provider_id, scope, f.kind, f.key, t.version - c.count + f.place, nullif(f.body, 'null'::jsonb), ${world.clock.wall().atMs}::bigint
      from fresh f join counted c using (provider_id, scope) join taken t using (provider_id, scope)
      on conflict (provider_id, scope, kind, key) do update
        set version = excluded.version, body = excluded.body, changed_at_ms = excluded.changed_at_ms
    `.execute(tx);
  };
}

/** One unreadable row would block a scope for every site that follows it: it is refused here. */
function refuseUnreadable(kind: FeedKind, key: string, body: unknown): void {
  const checked = feedRowSchema.safeParse({ kind, key, version: 1, body }, inPlainWords);
  if (!checked.success) {
    const { field, message } = complaint(checked.error);
    throw new RangeError(`feed row ${kind}/${key}: ${field}: ${message}`);
  }
  if (JSON.stringify(body).length > bodyBytesMax) throw new RangeError(`feed row ${kind}/${key}: body is too long`);
}
