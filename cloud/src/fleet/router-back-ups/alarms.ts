/** The alarm of routers that are not backed up as their schedule says. */

import { sql } from "kysely";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { isLinked } from "../link/site-links.ts";
import { presentSites } from "../sites/site-is-there.ts";
import { latestOf } from "./schedules.ts";

/** A router that should be backed up so often, and was not for so long: it missed two turns, and was tried again meanwhile. */
const lateMs = { day: 3 * 86_400_000, week: 15 * 86_400_000 };

export const backUpAlarms: AlarmSources<"router-back-up-late"> = {
  "router-back-up-late": {
    at: "site",
    // Not where the schedule was switched on, or the site made, a moment ago. While the site is silent, its own alarm says so. What a clock that was
    // ahead has dated is no back-up of lately.
    rows: ({ providerId, nowMs }) => ({
      id: sql`s.site_id`,
      about: sql`s.site_id`,
      sinceMs: sql`late.at_ms`,
      from: sql`from ${presentSites} s
      left join router_back_up_schedules of_all on of_all.provider_id = s.provider_id
      left join router_back_up_site_schedules own on own.provider_id = s.provider_id and own.site_id = s.site_id
      cross join lateral (select ${latestOf(
        [
          sql`s.created_at_ms`,
          sql`coalesce(own.changed_at_ms, of_all.changed_at_ms)`,
          sql`(select max(b.ended_at_ms) from router_back_ups b where b.provider_id = s.provider_id and b.site_id = s.site_id
            and b.state = 'done' and b.ended_at_ms <= ${nowMs + processClockSlackMs}::bigint)`,
        ],
        nowMs + processClockSlackMs,
      )}
        + case coalesce(own.every, of_all.every) when 'day' then ${lateMs.day}::bigint else ${lateMs.week}::bigint end as at_ms) late
      where s.provider_id = ${providerId} and ${isLinked("s")} and coalesce(own.every, of_all.every) in ('day', 'week') and late.at_ms < ${nowMs}::bigint`,
    }),
  },
};
