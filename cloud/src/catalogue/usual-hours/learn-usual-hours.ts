/** Learns when devices usually log in at each site, once a day, and finds sites where nobody does though it is usual, every few minutes. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { noteSilences, type Silence } from "../../fleet/alarms/site-silences.ts";
import { isLinked } from "../../fleet/link/site-links.ts";
import type { Database } from "../../ground/db/database.ts";
import { activeProviders, allProviders } from "../../tenancy/providers/provider-state.ts";
import { begunBetween, lastLogIns } from "../sessions/use-figures.ts";
import { hoursOfWeek, judgeSilence, silenceMsMax } from "./usual-hours-policy.ts";

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const learnedWeeks = 4;
/** A site's clock may be ahead of the hub's by so much. */
const clockSlackMs = 10 * 60_000;

/** Returns how many sites have usual hours. Weeks of outages count as they were: four of them even it out. */
export async function learnUsualHours(world: World, database: Database): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const fromMs = nowMs - learnedWeeks * weekMs;
  return database.asPlatform("usual hours", async (tx) => {
    const { rows } = await sql<{ count: number }>`
      with counted as (
        select s.provider_id, s.site_id, min(s.begun_at_ms) as first_ms,
          ((s.begun_at_ms + p.utc_offset_minutes * 60000 - ${4 * dayMs}::bigint) / 3600000) % ${hoursOfWeek} as hour, count(*) as log_ins
        from ${begunBetween({ fromMs, untilMs: nowMs })} s join ${allProviders} p on p.provider_id = s.provider_id
        group by s.provider_id, s.site_id, hour
      ), spans as (
        select provider_id, site_id, least(${learnedWeeks}::float8, (${nowMs}::bigint - min(first_ms))::float8 / ${weekMs}) as weeks
        from counted group by provider_id, site_id
      ), learned as (
        insert into site_usual_hours (provider_id, site_id, log_ins_per_hour, weeks, learned_at_ms)
        select spans.provider_id, spans.site_id, jsonb_agg(coalesce(c.log_ins, 0) / greatest(spans.weeks, 1) order by h),
          spans.weeks, ${nowMs}::bigint
        from spans cross join generate_series(0, ${hoursOfWeek - 1}) h
        left join counted c on c.provider_id = spans.provider_id and c.site_id = spans.site_id and c.hour = h
        group by spans.provider_id, spans.site_id, spans.weeks
        on conflict (provider_id, site_id) do update
          set log_ins_per_hour = excluded.log_ins_per_hour, weeks = excluded.weeks, learned_at_ms = excluded.learned_at_ms
        returning 1
      ) select count(*)::int as count from learned`.execute(tx);
    return rows[0]?.count ?? 0;
  });
}

/** Returns how many sites are too quiet now. A site that is away tells so itself, and is none of them. */
export async function findSilences(world: World, database: Database): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  return database.asPlatform("usual hours", async (tx) => {
    const { rows } = await sql<{
      providerId: string;
      siteId: string;
      logInsPerHour: number[];
      weeks: number;
      utcOffsetMinutes: number;
      lastMs: number | null;
    }>`
      select r.provider_id, r.site_id, r.log_ins_per_hour, r.weeks, p.utc_offset_minutes, latest.last_ms
      from site_usual_hours r
      left join ${lastLogIns(nowMs - silenceMsMax, nowMs + clockSlackMs)} latest on latest.provider_id = r.provider_id and latest.site_id = r.site_id
      join ${activeProviders} p on p.provider_id = r.provider_id
      where ${isLinked("r")}`.execute(tx);
    const silences: Silence[] = rows.flatMap((row) => {
      if (row.lastMs === null) return [];
      const usual = { logInsPerHour: row.logInsPerHour, weeks: row.weeks };
      const found = judgeSilence(usual, {
        lastLogInMs: row.lastMs,
        nowMs,
        utcOffsetMinutes: row.utcOffsetMinutes,
      });
      return found === null ? [] : [{ providerId: row.providerId, siteId: row.siteId, ...found }];
    });
    await noteSilences(tx, silences);
    return silences.length;
  });
}
