/** What was told of providers' alarms, and when nobody is to be told: read for many providers at once. */
import { sql } from "kysely";
import { askedOften } from "../../ground/db/asked-often.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { AlarmWay } from "../../ground/lists/alarm-way.ts";
import type { Alarm, Alert, MaintenanceWindow, QuietHours } from "./alert-policy.ts";
import { outcomeSql } from "./notice-outcome.ts";
import { eachOf, lateMsMax, receivedMsMax } from "./read-alarms.ts";
import type { TellProvider } from "./tell.ts";

/** Alerts that are over are kept in mind for what must not be told again: for as long as it is read. */
const rememberedMs = receivedMsMax;

export interface ToldAlert extends Alert {
  readonly ruleId: string;
  readonly siteId: string | null;
  readonly channelId: string | null;
  readonly fields: Alarm["fields"];
  readonly lasts: boolean;
  /** Everything that told of it failed. */
  readonly isUnheard: boolean;
}

export interface Silence {
  readonly windows: readonly MaintenanceWindow[];
  readonly quiet: QuietHours | null;
}

/** @param ways further ways, also those that are off @returns those of each provider; one of whom nothing was told has no entry */
export async function readAlerts(
  tx: Tx,
  ways: readonly AlarmWay[],
  { providerIds, nowMs }: { readonly providerIds: readonly string[]; readonly nowMs: number },
): Promise<ReadonlyMap<string, readonly ToldAlert[]>> {
  const { rows } = await sql<{
    provider_id: string;
    alert_id: string;
    rule_id: string;
    cause: string;
    kind: string;
    site_id: string | null;
    channel_id: string | null;
    fields: Alarm["fields"];
    began_at_ms: number;
    told_at_ms: number;
    escalated_at_ms: number | null;
    ended_at_ms: number | null;
    unheard: boolean | null;
  }>`${askedOften}
    select told.*, (
      select bool_and((${outcomeSql(ways)}) = 'failed')
      from alert_notice_causes c
      join alert_notices n on n.provider_id = c.provider_id and n.notice_id = c.notice_id
      where c.provider_id = told.provider_id and c.alert_id = told.alert_id
    ) as unheard
    from ${eachOf(providerIds)} cross join lateral (
      select * from alerts a
      where a.provider_id = each.provider_id and (a.ended_at_ms is null or a.told_at_ms > ${nowMs - rememberedMs}::bigint)
      order by a.ended_at_ms is not null, a.told_at_ms desc limit 5000) told`.execute(tx);
  const owned = Map.groupBy(rows, (row) => row.provider_id);
  return new Map(
    [...owned].map(([providerId, own]) => [
      providerId,
      own.map((row) => ({
        alertId: row.alert_id,
        ruleId: row.rule_id,
        cause: row.cause,
        kind: row.kind,
        siteId: row.site_id,
        channelId: row.channel_id,
        fields: row.fields,
        beganAtMs: row.began_at_ms,
        toldAtMs: row.told_at_ms,
        escalatedAtMs: row.escalated_at_ms,
        endedAtMs: row.ended_at_ms,
        // What happened once is over as it is told.
        lasts: row.ended_at_ms !== row.told_at_ms,
        // No notice at all (nobody to tell) is unheard too.
        isUnheard: row.unheard ?? true,
      })),
    ]),
  );
}

/** Maintenance and quiet hours. Each provider has an entry. */
export async function readSilence(
  tx: Tx,
  providers: readonly TellProvider[],
  nowMs: number,
): Promise<ReadonlyMap<string, Silence>> {
  const providerIds = providers.map(({ providerId }) => providerId);
  const windows = await tx
    .selectFrom("maintenance_windows")
    .select(["provider_id", "site_ids", "from_ms", "until_ms"])
    .where("provider_id", "in", providerIds)
    .where("from_ms", "<=", nowMs)
    .where("until_ms", ">", nowMs - receivedMsMax - lateMsMax)
    .execute();
  const hours = await tx
    .selectFrom("alert_quiet_hours")
    .select(["provider_id", "from_minute", "until_minute"])
    .where("provider_id", "in", providerIds)
    .execute();
  const windowsOf = Map.groupBy(windows, (row) => row.provider_id);
  const hoursOf = new Map(hours.map((row) => [row.provider_id, row]));
  return new Map(
    providers.map(({ providerId, utcOffsetMinutes }) => {
      const own = windowsOf.get(providerId) ?? [];
      const quiet = hoursOf.get(providerId);
      return [
        providerId,
        {
          windows: own.map((row) => ({ siteIds: row.site_ids, fromMs: row.from_ms, untilMs: row.until_ms })),
          quiet:
            quiet === undefined
              ? null
              : { fromMinute: quiet.from_minute, untilMinute: quiet.until_minute, utcOffsetMinutes },
        },
      ];
    }),
  );
}
