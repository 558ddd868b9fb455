import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

const linkStates = ["pending", "online", "offline", "revoked"] as const;
/** `pending`: no agent has enrolled. `online`: its link is open. `offline`: its link has ended. `revoked`: it was cut off. */
export type LinkState = (typeof linkStates)[number];

/** `error`: its link is open, and its router does not take its agent: log-in refused, permissions lacking, or no answer that can be read. */
export const siteStates = [...linkStates, "error"] as const;
export type SiteState = (typeof siteStates)[number];

/** All sites, also deleted ones, each with its agent and its link where there are such: what `linkState` and `siteState` read. Stands after `from`. */
export const sitesWithLinks = sql`sites
  left join agents on agents.provider_id = sites.provider_id and agents.site_id = sites.site_id
  left join site_links on site_links.provider_id = sites.provider_id and site_links.site_id = sites.site_id`;

/** The same, to go on with. */
export const selectSitesWithLinks = (tx: Tx) =>
  tx
    .selectFrom("sites")
    .leftJoin("agents", (join) =>
      join.onRef("agents.providerId", "=", "sites.providerId").onRef("agents.siteId", "=", "sites.siteId"),
    )
    .leftJoin("site_links", (join) =>
      join.onRef("site_links.providerId", "=", "sites.providerId").onRef("site_links.siteId", "=", "sites.siteId"),
    );

/** Of a row of `sitesWithLinks`: has it an agent that was not cut off? */
export const hasAgent = sql<boolean>`(agents.site_id is not null and agents.revoked_at_ms is null)`;

/** Of a row of `sitesWithLinks`, or of a query that joins `agents` and `site_links` to the site under these names. */
export const linkState = sql<LinkState>`case when agents.enrolled_at_ms is null then 'pending'
  when agents.revoked_at_ms is not null then 'revoked'
  when site_links.process_id is null then 'offline' else 'online' end`;

/** What people are told: only a site whose router takes its agent is online. */
export const siteState = sql<SiteState>`case when site_links.router_standing <> 'ok' and ${linkState} = 'online' then 'error' else ${linkState} end`;
