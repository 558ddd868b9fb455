import { type RawBuilder, sql } from "kysely";
import { toldRows } from "../../ground/feed/told-rows.ts";

/** Does the feed of any site of a row's provider say that it sells online? @param table has `provider_id` */
export const isToldToSell = (table: string): RawBuilder<boolean> => sql`exists (
  select from sites join ${toldRows("site")} told on told.provider_id = sites.provider_id and told.scope = 'site:' || sites.site_id
  where sites.provider_id = ${sql.ref(`${table}.providerId`)} and sites.deleted_at_ms is null and (told.body ->> 'sellsOnline')::boolean)`;

/** Each site's own row in its feed, as `provider_id`, `site_id` and `key`. A query. */
export const sitePlaces: RawBuilder<unknown> = sql`select provider_id, site_id, 'site' as key from sites where deleted_at_ms is null`;
