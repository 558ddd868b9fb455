/** The alarms of routers whose processor is nearly used up, and of those whose watched log has errors. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { errorGoesOn } from "./log-lines.ts";

/** A router whose processor is used so much over a whole hour drops packets. */
const busyPercentMin = 90;
/** A router tells an hour when it is over. */
const figuresMs = 2 * 3_600_000 + 20 * 60_000;
/** Busy hours further back are another time. */
const busyMsMax = 7 * 86_400_000;

export const routerAlarms: AlarmSources<"router-busy" | "router-log"> = {
  "router-log": {
    at: "site",
    // Since the first of the errors that go on. The newest one is told.
    rows: ({ providerId, nowMs }) => ({
      id: sql`l.site_id`,
      about: sql`l.site_id`,
      fields: { problem: sql`newest.message` },
      sinceMs: sql`l.errors_since_ms`,
      from: sql`from router_log_watches w
      join router_log_sites l on l.provider_id = w.provider_id and l.errors_since_ms is not null
      cross join lateral (
        select e.message from router_log_lines e
        where e.provider_id = l.provider_id and e.site_id = l.site_id and e.severity = 'error'
          and ${errorGoesOn(sql`e.last_at_ms`, { providerId: sql`l.provider_id`, siteId: sql`l.site_id`, nowMs })}
        order by e.last_at_ms desc, e.line_key limit 1
      ) newest
      where w.provider_id = ${providerId} and w.is_on`,
    }),
  },
  "router-busy": {
    at: "site",
    // Since the first of the busy hours that are one after the other. Hours to come are those of a site whose clock was wrong.
    rows: ({ providerId, nowMs }) => ({
      id: sql`s.site_id`,
      about: sql`s.site_id`,
      fields: { percent: sql`newest.cpu_percent` },
      sinceMs: sql`(select min(f.from_ms) from router_figures f where f.provider_id = s.provider_id and f.site_id = s.site_id
          and f.cpu_percent >= ${busyPercentMin} and f.from_ms > ${nowMs - busyMsMax}::bigint and f.from_ms > coalesce(
            (select max(i.from_ms) from router_figures i where i.provider_id = s.provider_id and i.site_id = s.site_id
              and i.from_ms > ${nowMs - busyMsMax}::bigint and i.from_ms <= ${nowMs}::bigint and i.cpu_percent < ${busyPercentMin}), 0))`,
      from: sql`from sites s cross join lateral (
        select f.from_ms, f.cpu_percent from router_figures f
        where f.provider_id = s.provider_id and f.site_id = s.site_id and f.cpu_percent is not null and f.from_ms <= ${nowMs}::bigint
        order by f.from_ms desc limit 1
      ) newest
      where s.provider_id = ${providerId} and newest.cpu_percent >= ${busyPercentMin} and newest.from_ms > ${nowMs - figuresMs}::bigint`,
    }),
  },
};
