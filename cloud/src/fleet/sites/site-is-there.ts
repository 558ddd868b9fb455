import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** The site of a row was not deleted. @param table the table, or its other name, that has `provider_id` and, as `column`, the site's id */
export const siteIsThere = (
  table: string,
  column = "siteId",
): RawBuilder<boolean> => sql`exists (select from sites there
  where there.provider_id = ${sql.ref(`${table}.providerId`)} and there.site_id = ${sql.ref(`${table}.${column}`)}
    and there.deleted_at_ms is null)`;

/** The site of a row was deleted. @param table as in `siteIsThere` */
export const siteIsDeleted = (table: string): RawBuilder<boolean> => sql`exists (select from sites gone
  where gone.provider_id = ${sql.ref(`${table}.providerId`)} and gone.site_id = ${sql.ref(`${table}.siteId`)}
    and gone.deleted_at_ms is not null)`;

/** How many there are. @param providerId left out: of those that the transaction sees */
export const sitesThere = (providerId?: string): RawBuilder<number> => sql`(select count(*) from sites
  where deleted_at_ms is null${providerId === undefined ? sql`` : sql` and provider_id = ${providerId}`})`;

/** Was this site deleted? As a column. */
export const wasSiteDeleted = (providerId: string, siteId: string): RawBuilder<boolean> => sql`exists (select from sites
  where provider_id = ${providerId} and site_id = ${siteId} and deleted_at_ms is not null)`;

/** Sites that are there, with `provider_id`, `site_id`, `name` and `created_at_ms`. Stands after `from` or `join`, with a name. */
export const presentSites: RawBuilder<unknown> = sql`(select provider_id, site_id, name, created_at_ms from sites where deleted_at_ms is null)`;

/** The same, to go on with. */
export const selectSites = (tx: Tx) => tx.selectFrom("sites").where("sites.deletedAtMs", "is", null);

/** Are all of these there? @param siteIds each once */
export async function areAllThere(tx: Tx, providerId: string, siteIds: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from sites
    where provider_id = ${providerId} and deleted_at_ms is null
      and site_id in (select jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb))`.execute(tx);
  return rows[0]?.count === siteIds.length;
}
