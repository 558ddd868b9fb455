import { type RawBuilder, sql } from "kysely";

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
