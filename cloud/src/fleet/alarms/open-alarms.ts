/**
 * Alarms as people see them: what sites reported in their journals, and conditions that last (a site is silent, its disk refuses, a channel's keys
 * are refused, its money is not proved for more than a day, a refund came back). A condition is read from where it is recorded; it disappears when it ends.
 */
import {
  type AlarmSeverity,
  alarmKinds,
  type LastingAlarm,
  type ModuleAlarm,
} from "@karibu/protocol/alarms/alarm-kinds";
import { type RawBuilder, sql } from "kysely";
import type { AlarmSource, AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export interface AlarmRow {
  readonly alarmId: string;
  readonly kind: string;
  readonly severity: AlarmSeverity;
  readonly siteId: string | null;
  readonly channelId: string | null;
  readonly fields: Record<string, string | number | boolean>;
  readonly atMs: number;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
}

/** Anything else that a site reports is a notice, also what this hub has no words for. */
const wrong = Object.entries(alarmKinds).flatMap(([kind, row]) =>
  row.raisedBy === "site" && row.severity === "wrong" ? [kind] : [],
);

/** Those in the sites' journals; an index serves their order. */
export const reportedAlarms = (providerId: string): RawBuilder<AlarmRow> =>
  reportedWhere(sql`provider_id = ${providerId}`, sql`at_ms`);

/** Those that happened since then, and that nobody took care of. The provider may be a column. */
export const untakenAlarms = (providerId: string | RawBuilder<string>, sinceMs: number): RawBuilder<AlarmRow> =>
  reportedWhere(
    sql`provider_id = ${providerId} and acknowledged_at_ms is null and at_ms > ${sinceMs}::bigint`,
    sql`at_ms`,
  );

/**
 * Those that came in since then, and at most so long after they had happened; another index serves these. None is of the future, whatever the
 * site's clock said. The provider may be a column.
 */
export const alarmsReceivedSince = (
  providerId: string | RawBuilder<string>,
  { receivedAtMs, lateMsMax }: { readonly receivedAtMs: number; readonly lateMsMax: number },
): RawBuilder<AlarmRow> =>
  reportedWhere(
    sql`provider_id = ${providerId} and received_at_ms > ${receivedAtMs}::bigint and at_ms > received_at_ms - ${lateMsMax}::bigint`,
    sql`least(at_ms, received_at_ms) as at_ms`,
  );

const reportedWhere = (where: RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<AlarmRow> =>
  sql`(select 'site.' || site_id || '.' || epoch || '.' || seq as alarm_id, name as kind,
      case when name in (${sql.join(wrong)}) then 'wrong' else 'notice' end as severity,
      site_id, null::text as channel_id, fields, ${at}, acknowledged_at_ms, acknowledged_by
    from alarms where ${where})`;

/**
 * Those that last now. `withChannels`: for people who may read channels. The provider may be a column: of each row of a query
 * over all of them.
 */
export function conditions(
  sources: AlarmSources,
  providerId: string | RawBuilder<string>,
  { nowMs, withChannels }: { readonly nowMs: number; readonly withChannels: boolean },
): RawBuilder<AlarmRow> {
  const parts = (Object.entries(sources) as [LastingAlarm | ModuleAlarm, AlarmSource][])
    .filter(([, { at }]) => withChannels || at !== "channel")
    .map(([kind, { at, rows }]) => {
      const { id, about = sql`null`, fields = {}, sinceMs, from } = rows({ providerId, nowMs });
      const pairs = Object.entries(fields).flatMap(([name, value]) => [sql.lit(name), value]);
      const site = at === "site" ? about : sql`null`;
      const channel = at === "channel" ? about : sql`null`;
      const atSite = sql`join sites s on s.provider_id = ${providerId} and s.site_id = one.site_id and s.deleted_at_ms is null`;
      return sql`select one.alarm_id, ${sql.lit(kind)} as kind, ${sql.lit(alarmKinds[kind].severity)} as severity,
          one.site_id, one.channel_id, one.fields, one.at_ms
        from (select ${sql.lit(`${kind}.`)} || ${id}, ${site}, ${channel}, jsonb_build_object(${sql.join(pairs)}), ${sinceMs} ${from})
          one (alarm_id, site_id, channel_id, fields, at_ms) ${at === "site" ? atSite : sql``}`;
    });
  return sql`(select condition.*, seen.acknowledged_at_ms, seen.acknowledged_by
    from (${sql.join(parts, sql` union all `)}) condition
    left join alarm_conditions_seen seen on seen.provider_id = ${providerId} and seen.alarm_id = condition.alarm_id
      and seen.since_ms = condition.at_ms)`;
}
