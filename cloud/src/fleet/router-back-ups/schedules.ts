/** Who is backed up by itself, and when: the provider's schedule, and that of a site which has its own. */

import { type RawBuilder, sql } from "kysely";
import { lastDateMs } from "../../ground/agents/last-date.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { providerOffsetOf } from "../../tenancy/providers/provider-offset.ts";
import { isLinked } from "../link/site-links.ts";
import { presentSites } from "../sites/site-is-there.ts";
import { isDue, type Period, type Schedule, type ScheduledSoFar } from "./back-up-policy.ts";
import { type BackUpParts, orderBackUp } from "./back-up-store.ts";

export interface SiteSchedule {
  readonly providerId: string;
  readonly siteId: string;
  readonly schedule: Schedule;
  readonly soFar: ScheduledSoFar;
  /** Null: as all. */
  readonly own: Period | null;
  /** When the newest was kept. Null: none was. */
  readonly keptAtMs: number | null;
}

/** SQL: the latest of these times that are not after `untilMs`; 0: there is none. */
export const latestOf = (times: readonly RawBuilder<unknown>[], untilMs: number): RawBuilder<number> =>
  sql`(select coalesce(max(at_ms), 0) from unnest(array[${sql.join(times)}]::bigint[]) at_ms where at_ms <= ${untilMs}::bigint)`;

interface Row {
  readonly providerId: string;
  readonly siteId: string;
  readonly every: Period | null;
  readonly own: Period | null;
  readonly fromMinute: number | null;
  readonly untilMinute: number | null;
  readonly utcOffsetMinutes: number;
  readonly sinceMs: number;
  readonly lastAtMs: number | null;
  readonly keptAtMs: number | null;
  readonly failures: number;
}

/**
 * @param which a condition on `s`, the site
 * @param untilMs what is dated later, by a clock that was ahead, puts nothing off
 */
async function read(tx: Tx, which: RawBuilder<unknown>, untilMs = lastDateMs): Promise<SiteSchedule[]> {
  const { rows } = await sql<Row>`
    select s.provider_id, s.site_id, coalesce(own.every, every_site.every) as every, own.every as own,
      every_site.from_minute, every_site.until_minute, ${providerOffsetOf("s")} as utc_offset_minutes,
      ${latestOf([sql`s.created_at_ms`, sql`coalesce(own.changed_at_ms, every_site.changed_at_ms)`], untilMs)} as "sinceMs", last.at_ms as "lastAtMs",
      kept.at_ms as "keptAtMs",
      (select count(*) from router_back_ups b where b.provider_id = s.provider_id and b.site_id = s.site_id and b.cause = 'schedule'
        and b.state = 'failed' and b.ordered_at_ms > coalesce(kept.at_ms, 0) and b.ordered_at_ms <= ${untilMs}::bigint) as failures
    from ${presentSites} s
    left join router_back_up_schedules every_site on every_site.provider_id = s.provider_id
    left join router_back_up_site_schedules own on own.provider_id = s.provider_id and own.site_id = s.site_id
    cross join lateral (select max(b.ended_at_ms) as at_ms from router_back_ups b
      where b.provider_id = s.provider_id and b.site_id = s.site_id and b.state = 'done' and b.ended_at_ms <= ${untilMs}::bigint) kept
    cross join lateral (select max(b.ordered_at_ms) as at_ms from router_back_ups b
      where b.provider_id = s.provider_id and b.site_id = s.site_id and b.cause = 'schedule' and b.ordered_at_ms <= ${untilMs}::bigint) last
    where ${which}`.execute(tx);
  return rows.map((row) => {
    const { fromMinute, untilMinute, utcOffsetMinutes, sinceMs } = row;
    const window = fromMinute === null || untilMinute === null ? null : { fromMinute, untilMinute };
    return {
      providerId: row.providerId,
      siteId: row.siteId,
      own: row.own,
      keptAtMs: row.keptAtMs,
      schedule: { every: row.every ?? "off", window, utcOffsetMinutes },
      soFar: {
        lastAtMs: Math.max(sinceMs, row.lastAtMs ?? 0),
        keptAtMs: Math.max(sinceMs, row.keptAtMs ?? 0),
        failures: Number(row.failures),
      },
    };
  });
}

/** Undefined: there is no such site. */
export async function readSiteSchedule(tx: Tx, siteId: string): Promise<SiteSchedule | undefined> {
  return (await read(tx, sql`s.site_id = ${siteId}`))[0];
}

/** Is any router backed up by a schedule? */
export const haveSchedules: RawBuilder<boolean> = sql<boolean>`(
  exists (select from router_back_up_schedules where every <> 'off')
  or exists (select from router_back_up_site_schedules where every <> 'off'))`;

/** Orders what is due at sites whose link this process holds. */
export async function orderDue(
  parts: Pick<BackUpParts, "world" | "emit"> & { readonly database: Database },
  processId: string,
): Promise<void> {
  const { world, database } = parts;
  const nowMs = world.clock.wall().atMs;
  const sites = await database.asPlatform("router-back-ups", (tx) =>
    read(
      tx,
      sql`${isLinked("s", processId)} and coalesce(own.every, every_site.every, 'off') <> 'off'`,
      nowMs + processClockSlackMs,
    ),
  );
  for (const { providerId, siteId, schedule, soFar } of sites) {
    if (!isDue(schedule, siteId, soFar, nowMs)) continue;
    await database.asProvider(providerId, (tx) =>
      orderBackUp(parts, tx, { providerId, siteId }, { cause: "schedule", by: null }),
    );
  }
}
