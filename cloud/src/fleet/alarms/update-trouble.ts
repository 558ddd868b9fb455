import { type RawBuilder, sql } from "kysely";

/**
 * What the site of a row said went wrong with a release since it was given: `name`, `why` and `atMs`; a failure before a refusal, and the newest. Null:
 * nothing. As a column. @param table has `provider_id` and `site_id`
 */
export const updateTrouble = (
  table: string,
  { releaseId, sinceMs }: { readonly releaseId: RawBuilder<unknown>; readonly sinceMs: RawBuilder<unknown> },
): RawBuilder<unknown> => sql`(
  select jsonb_build_object('name', a.name, 'why', a.fields->>'why', 'atMs', a.received_at_ms) from alarms a
  where a.provider_id = ${sql.ref(`${table}.providerId`)} and a.site_id = ${sql.ref(`${table}.siteId`)} and a.received_at_ms >= ${sinceMs}
    and a.name in ('update-failed', 'update-refused') and a.fields->>'release' = ${releaseId}
  order by a.name = 'update-failed' desc, a.received_at_ms desc, a.seq desc limit 1)`;
