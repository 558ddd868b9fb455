/** The alarms of providers as they stand: conditions that last, and what sites reported lately. */
import { type RawBuilder, sql } from "kysely";
import { type AlarmRow, alarmsReceivedSince, conditions } from "../../fleet/alarms/open-alarms.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import type { Alarm } from "./alert-policy.ts";

/** What had happened longer before it came in is history: nobody is called for it. */
export const lateMsMax = 24 * 3_600_000;
/**
 * Reports of so long are looked at again and again: a day of quiet hours or of maintenance may hold them back. What was told is known for as
 * long (`alert-work.ts`), and is not told again.
 */
export const receivedMsMax = 25 * 3_600_000;

const receivedSince = (providerId: string | RawBuilder<string>, receivedAtMs: number) =>
  alarmsReceivedSince(providerId, { receivedAtMs, lateMsMax });

/** @returns those of each provider; one without alarms has no entry */
export async function readAlarms(
  tx: Tx,
  sources: AlarmSources,
  { providerIds, nowMs }: { readonly providerIds: readonly string[]; readonly nowMs: number },
): Promise<ReadonlyMap<string, readonly Alarm[]>> {
  const each = eachOf(providerIds);
  const providerId = sql<string>`each.provider_id`;
  const lasting = sql<AlarmRow & Owned>`select each.provider_id, lasting.*
    from ${each} cross join lateral ${conditions(sources, providerId, { nowMs, withChannels: true })} lasting`;
  // One of a kind and site is told once a day: the newest of those that nobody has taken care of. One from within a maintenance window is not told
  // (`silencedBy`), and must not stand in the place of one from before it.
  const reported = sql<AlarmRow & Owned>`select each.provider_id, newest.* from ${each} cross join lateral (
    select distinct on (site_id, kind) *
    from ${receivedSince(providerId, nowMs - receivedMsMax)} reported
    where not exists (select from maintenance_windows w where w.provider_id = ${providerId} and w.from_ms <= reported.at_ms
      and w.until_ms > reported.at_ms and (w.site_ids is null or w.site_ids @> to_jsonb(reported.site_id)))
    order by site_id, kind, acknowledged_at_ms desc nulls first, at_ms desc) newest`;
  const found = [
    ...(await lasting.execute(tx)).rows.map((row) => ({ row, lasts: true })),
    ...(await reported.execute(tx)).rows.map((row) => ({ row, lasts: false })),
  ];
  const owned = Map.groupBy(found, ({ row }) => row.providerId);
  return new Map([...owned].map(([owner, own]) => [owner, own.map(({ row, lasts }) => alarmOf(row, lasts))]));
}

interface Owned {
  readonly providerId: string;
}

/** A row for each provider: what is read of each stands beside it. As one text, so that the embedded engine keeps its plan. */
export const eachOf = (providerIds: readonly string[]) =>
  sql`jsonb_array_elements_text(${JSON.stringify(providerIds)}::jsonb) as each (provider_id)`;

/** Are there any, of a provider that is a column? What `readAlarms` would read, of reports only those that came in since then. */
export const haveAlarms = (
  sources: AlarmSources,
  {
    providerId,
    nowMs,
    receivedAtMs,
  }: { readonly providerId: RawBuilder<string>; readonly nowMs: number; readonly receivedAtMs: number },
): RawBuilder<boolean> => sql<boolean>`(
  exists (select from ${conditions(sources, providerId, { nowMs, withChannels: true })} lasting)
  or exists (select from ${receivedSince(providerId, receivedAtMs)} reported))`;

const alarmOf = (row: AlarmRow, lasts: boolean): Alarm => ({
  alarmId: row.alarmId,
  kind: row.kind,
  severity: row.severity,
  siteId: row.siteId,
  channelId: row.channelId,
  fields: row.fields,
  sinceMs: row.atMs,
  isAcknowledged: row.acknowledgedAtMs !== null,
  lasts,
});
