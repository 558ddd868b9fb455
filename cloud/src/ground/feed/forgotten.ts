/** Rows that a restore takes out of the feed because they give a right that was taken away: their owner writes them anew. */
import type { FeedKind } from "@karibu/protocol/feed";
import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";

/** For a restore, in one raw transaction: every site takes a snapshot after it. @param names JSON with `provider_id` and the row's key under `keyName` */
export function rowForgotten(kind: FeedKind, keyName: string, names: string): string {
  return `set local standard_conforming_strings = on;
    update feed_rows f set body = null from (select '${names.replaceAll("'", "''")}'::jsonb as j) n
    where f.provider_id = n.j ->> 'provider_id' and f.kind = '${kind}' and f.key = n.j ->> '${keyName}'`;
}

/**
 * At each start, before a site is answered: what a restore took out of the feed is told anew. @param of `names`: a query of the rows that sites have, where
 * no restore took them (`provider_id`, `site_id`, `key`); `tell` writes those of one key
 */
export async function tellForgotten(
  database: Database,
  kind: FeedKind,
  of: {
    readonly names: RawBuilder<unknown>;
    readonly tell: (tx: Tx, key: string, providerId: string) => Promise<unknown>;
  },
): Promise<void> {
  const forgotten = await database.asPlatform("restored-rows", (tx) => readTombstones(tx, kind, of.names));
  for (const { providerId, key } of forgotten)
    await database.asProvider(providerId, (tx) => of.tell(tx, key, providerId));
}

/** Which of these rows of sites are tombstones: few are. */
async function readTombstones(tx: Tx, kind: FeedKind, names: RawBuilder<unknown>) {
  const { rows } = await sql<{ providerId: string; key: string }>`
    select distinct n.provider_id, n.key
    from (${names}) n
    join feed_rows f on f.provider_id = n.provider_id and f.scope = 'site:' || n.site_id and f.kind = ${kind} and f.key = n.key
    where f.body is null`.execute(tx);
  return rows;
}
