/** What was told of providers' alarms, and when nobody is to be told: read for many providers at once. */
import { sql } from "kysely";
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
    providerId: string;
    alertId: string;
    ruleId: string;
    cause: string;
    kind: string;
    siteId: string | null;
    channelId: string | null;
    fields: Alarm["fields"];
    beganAtMs: number;
    toldAtMs: number;
    escalatedAtMs: number | null;
    endedAtMs: number | null;
    unheard: boolean | null;
  }>`
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
  const owned = Map.groupBy(rows, (row) => row.providerId);
  return new Map(
    [...owned].map(([providerId, own]) => [
      providerId,
      own.map((row) => ({
        alertId: row.alertId,
        ruleId: row.ruleId,
        cause: row.cause,
        kind: row.kind,
        siteId: row.siteId,
        channelId: row.channelId,
        fields: row.fields,
        beganAtMs: row.beganAtMs,
        toldAtMs: row.toldAtMs,
        escalatedAtMs: row.escalatedAtMs,
        endedAtMs: row.endedAtMs,
        // What happened once is over as it is told.
        lasts: row.endedAtMs !== row.toldAtMs,
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
    .select(["providerId", "siteIds", "fromMs", "untilMs"])
    .where("providerId", "in", providerIds)
    .where("fromMs", "<=", nowMs)
    .where("untilMs", ">", nowMs - receivedMsMax - lateMsMax)
    .execute();
  const hours = await tx
    .selectFrom("alert_quiet_hours")
    .select(["providerId", "fromMinute", "untilMinute"])
    .where("providerId", "in", providerIds)
    .execute();
  const windowsOf = Map.groupBy(windows, (row) => row.providerId);
  const hoursOf = new Map(hours.map((row) => [row.providerId, row]));
  return new Map(
    providers.map(({ providerId, utcOffsetMinutes }) => {
      const own = windowsOf.get(providerId) ?? [];
      const quiet = hoursOf.get(providerId);
      return [
        providerId,
        {
          windows: own.map((row) => ({ siteIds: row.siteIds, fromMs: row.fromMs, untilMs: row.untilMs })),
          quiet:
            quiet === undefined
              ? null
              : { fromMinute: quiet.fromMinute, untilMinute: quiet.untilMinute, utcOffsetMinutes },
        },
      ];
    }),
  );
}
