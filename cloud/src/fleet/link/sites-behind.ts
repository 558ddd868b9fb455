import { type RawBuilder, sql } from "kysely";

/** `provider_id`, `site_id` and `since`: when the oldest row of a feed changed that a site has not confirmed. Stands after `join`, with a name. */
export const sitesBehind: RawBuilder<unknown> = sql`(
  with scopes as (
    select l.provider_id, l.site_id, s.scope, s.version
    from site_links l join feed_scopes s on s.provider_id = l.provider_id and s.scope in ('provider', 'site:' || l.site_id)
    union all
    select f.provider_id, substring(f.scope from 6), s.scope, s.version
    from feed_rows f join feed_scopes s on s.provider_id = f.provider_id and s.scope = 'batch:' || f.key
    where f.kind = 'follow' and f.body is not null and f.scope like 'site:%'
  )
  select c.provider_id, c.site_id, min(r.changed_at_ms) as since
  from scopes c
  left join feed_applied a on a.provider_id = c.provider_id and a.site_id = c.site_id and a.scope = c.scope
  join feed_rows r on r.provider_id = c.provider_id and r.scope = c.scope and r.version > coalesce(a.version, 0)
  where c.version > coalesce(a.version, 0)
  group by c.provider_id, c.site_id)`;
