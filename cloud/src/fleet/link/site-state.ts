import { sql } from "kysely";

/** `pending`: no agent has enrolled. `online`: its link is open. `offline`: its link has ended. `revoked`: it was cut off. */
export const siteStates = ["pending", "online", "offline", "revoked"] as const;
export type SiteState = (typeof siteStates)[number];

/** For queries that join `agents` and `site_links` to the site, under these names. */
export const siteState = sql<SiteState>`case when agents.enrolled_at_ms is null then 'pending'
  when agents.revoked_at_ms is not null then 'revoked'
  when site_links.process_id is null then 'offline' else 'online' end`;
