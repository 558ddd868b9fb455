import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { siteIsThere } from "../sites/site-is-there.ts";
import { siteNameOf } from "../sites/site-names.ts";

/**
 * Has the site of a row an open link? @param table the table, or its other name, that has `provider_id` and `site_id`
 * @param processId in this process; left out: in any
 */
export const isLinked = (
  table: string,
  processId?: string,
): RawBuilder<boolean> => sql`exists (select from site_links link
  where link.provider_id = ${sql.ref(`${table}.providerId`)} and link.site_id = ${sql.ref(`${table}.siteId`)}
    and ${processId === undefined ? sql`link.process_id is not null` : sql`link.process_id = ${processId}`})`;

/** Undefined: no agent of the site has linked yet. */
export const readLink = (tx: Tx, siteId: string): Promise<Selectable<Schema["site_links"]> | undefined> =>
  tx.selectFrom("site_links").selectAll().where("siteId", "=", siteId).executeTakeFirst();

export async function hasOpenLink(tx: Tx, providerId: string): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`select ${sitesUp(providerId)} as count`.execute(tx);
  return Number(rows[0]?.count) > 0;
}

/** The name of a site whose agent, as it linked last, speaks an older protocol than this; null: there is none. */
export async function siteBelowProtocol(tx: Tx, protocol: number): Promise<string | null> {
  const old = await tx
    .selectFrom("site_links")
    .select(siteNameOf<string>("site_links").as("name"))
    .where("protocol", "<", protocol)
    .where(siteIsThere("site_links"))
    .orderBy("name")
    .limit(1)
    .executeTakeFirst();
  return old?.name ?? null;
}

/** How many sites have an open link. @param providerId left out: of those that the transaction sees */
export const sitesUp = (providerId?: string): RawBuilder<number> => sql`(select count(*) from site_links
  where process_id is not null${providerId === undefined ? sql`` : sql` and provider_id = ${providerId}`})`;

/** Sites whose link this process has, with `provider_id`, `site_id` and `connected_at_ms`. Stands after `join`, with a name. */
export const linksOf = (processId: string): RawBuilder<unknown> =>
  sql`(select provider_id, site_id, connected_at_ms from site_links where process_id = ${processId})`;
