import { sql } from "kysely";

const linkStates = ["pending", "online", "offline", "revoked"] as const;
/** `pending`: no agent has enrolled. `online`: its link is open. `offline`: its link has ended. `revoked`: it was cut off. */
export type LinkState = (typeof linkStates)[number];

/** `error`: its link is open, and its router does not take its agent: log-in refused, permissions lacking, or no answer that can be read. */
export const siteStates = [...linkStates, "error"] as const;
export type SiteState = (typeof siteStates)[number];

/** For queries that join `agents` and `site_links` to the site, under these names. */
export const linkState = sql<LinkState>`case when agents.enrolled_at_ms is null then 'pending'
  when agents.revoked_at_ms is not null then 'revoked'
  when site_links.process_id is null then 'offline' else 'online' end`;

/** What people are told: only a site whose router takes its agent is online. */
export const siteState = sql<SiteState>`case when site_links.router_standing <> 'ok' and ${linkState} = 'online' then 'error' else ${linkState} end`;
