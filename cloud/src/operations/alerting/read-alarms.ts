/** The alarms of one provider as they stand: conditions that last, and what sites reported lately. */
import { type RawBuilder, sql } from "kysely";
import { type AlarmRow, alarmsReceivedSince, conditions } from "../../fleet/alarms/open-alarms.ts";
import { askedOften } from "../../ground/db/asked-often.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import type { Alarm } from "./alert-policy.ts";

/** What happened longer ago is history when it comes in: nobody is called for it. */
const atMsMax = 24 * 3_600_000;
/** Reports of so long are looked at again and again; what was told is not told again. */
const receivedMsMax = 3_600_000;
const reportsMax = 1000;

const receivedLately = (providerId: string | RawBuilder<string>, nowMs: number) =>
  alarmsReceivedSince(providerId, { receivedAtMs: nowMs - receivedMsMax, atMs: nowMs - atMsMax });

export async function readAlarms(
  tx: Tx,
  sources: AlarmSources,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
): Promise<Alarm[]> {
  const lasting = sql<AlarmRow>`${askedOften} select * from ${conditions(sources, providerId, { nowMs, withChannels: true })} lasting`;
  const reported = sql<AlarmRow>`${askedOften} select * from ${receivedLately(providerId, nowMs)} reported order by at_ms desc limit ${reportsMax}`;
  return [
    ...(await lasting.execute(tx)).rows.map((row) => alarmOf(row, true)),
    ...(await reported.execute(tx)).rows.map((row) => alarmOf(row, false)),
  ];
}

/** Are there any, of a provider that is a column? What `readAlarms` would read. */
export const haveAlarms = (
  sources: AlarmSources,
  { providerId, nowMs }: { readonly providerId: RawBuilder<string>; readonly nowMs: number },
): RawBuilder<boolean> => sql<boolean>`(
  exists (select from ${conditions(sources, providerId, { nowMs, withChannels: true })} lasting)
  or exists (select from ${receivedLately(providerId, nowMs)} reported))`;

const alarmOf = (row: AlarmRow, lasts: boolean): Alarm => ({
  alarmId: row.alarm_id,
  kind: row.kind,
  severity: row.severity,
  siteId: row.site_id,
  channelId: row.channel_id,
  fields: row.fields,
  sinceMs: row.at_ms,
  isAcknowledged: row.acknowledged_at_ms !== null,
  lasts,
});
