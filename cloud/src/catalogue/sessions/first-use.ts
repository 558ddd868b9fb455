import { freePrefix } from "@karibu/protocol/grant-id";
import { type RawBuilder, sql } from "kysely";

/** `mac` of the first device that used a row's grant at its site. Stands after `lateral`, with a name. @param table has `provider_id`, `grant_id` and `site_id` */
export const firstDeviceOf = (table: string): RawBuilder<unknown> => sql`(select used.mac from sessions used
  where used.provider_id = ${sql.ref(`${table}.providerId`)} and used.grant_id = ${sql.ref(`${table}.grantId`)}
    and used.site_id = ${sql.ref(`${table}.siteId`)} and used.mac is not null order by used.begun_at_ms limit 1)`;

/** When a device first came in since then by something that was no gift, as a column. Null: never. @param table has `provider_id` */
export const firstPaidUseAtMs = (
  table: string,
  { mac, sinceMs }: { readonly mac: RawBuilder<unknown>; readonly sinceMs: RawBuilder<unknown> },
): RawBuilder<number | null> => sql`(select min(later.begun_at_ms) from sessions later
  where later.provider_id = ${sql.ref(`${table}.providerId`)} and later.mac = ${mac} and later.begun_at_ms >= ${sinceMs}
    and later.grant_id is not null and not starts_with(later.grant_id, ${sql.lit(freePrefix)}))`;
