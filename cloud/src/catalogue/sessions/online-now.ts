/** Who is online now, as the sites have told it: sessions that have not stopped. */
import { type RawBuilder, sql } from "kysely";

/** How many, as a column. @param providerId left out: of those that the transaction sees */
export const onlineNow = (providerId?: string): RawBuilder<number> => sql`(select count(*) from sessions
  where stopped_at_ms is null${providerId === undefined ? sql`` : sql` and provider_id = ${providerId}`})`;

/** How many at the site of a row, as a column. @param table has `provider_id` and `site_id` */
export const onlineAtSite = (table: string): RawBuilder<number> => sql`(select count(*) from sessions live
  where live.provider_id = ${sql.ref(`${table}.providerId`)} and live.site_id = ${sql.ref(`${table}.siteId`)}
    and live.stopped_at_ms is null)`;

/** `provider_id` and `online`, of each provider with somebody online. Stands after `from` or `join`, with a name. */
export const onlineByProvider: RawBuilder<unknown> = sql`(select provider_id, count(*) as online from sessions where stopped_at_ms is null group by 1)`;
