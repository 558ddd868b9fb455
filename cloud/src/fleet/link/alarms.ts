/** Alarms of links: a site that is away, one whose stick takes nothing, and one whose router does not take its agent. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

/** A site that was away for less is not worth an alarm: links break and come back. */
const silentMs = 5 * 60_000;

const ofPresentDevice = sql`join agents a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.revoked_at_ms is null`;

export const linkAlarms: AlarmSources<"site-silent" | "site-disk-refuses" | "router-refuses-agent"> = {
  "site-silent": {
    at: "site",
    rows: ({ providerId, nowMs }) => ({
      id: sql`l.site_id`,
      about: sql`l.site_id`,
      sinceMs: sql`l.disconnected_at_ms`,
      from: sql`from site_links l ${ofPresentDevice}
        where l.provider_id = ${providerId} and l.process_id is null and l.disconnected_at_ms < ${nowMs - silentMs}::bigint`,
    }),
  },
  "site-disk-refuses": {
    at: "site",
    rows: ({ providerId }) => ({
      id: sql`l.site_id`,
      about: sql`l.site_id`,
      sinceMs: sql`coalesce(l.disk_since_ms, l.connected_at_ms, 0)`,
      from: sql`from site_links l ${ofPresentDevice} where l.provider_id = ${providerId} and l.disk = 'refuses'`,
    }),
  },
  "router-refuses-agent": {
    at: "site",
    rows: ({ providerId }) => ({
      id: sql`l.site_id`,
      about: sql`l.site_id`,
      fields: { why: sql`l.router_standing` },
      sinceMs: sql`coalesce(l.router_since_ms, 0)`,
      from: sql`from site_links l ${ofPresentDevice}
        where l.provider_id = ${providerId} and l.process_id is not null and l.router_standing <> 'ok'`,
    }),
  },
};
