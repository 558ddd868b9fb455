/** Alarms of quotas that are used up today. */
import { sql } from "kysely";
import type { AlarmSource, AlarmSources } from "../lists/lasting-alarm.ts";
import { dayOf, type NotedKind } from "./quota-policy.ts";

const reached = (kind: NotedKind): AlarmSource => ({
  at: "provider",
  rows: ({ providerId, nowMs }) => ({
    id: sql`kind`,
    fields: { used: sql`used` },
    sinceMs: sql`reached_at_ms`,
    from: sql`from quota_days
      where provider_id = ${providerId} and kind = ${kind} and day_at_ms = ${dayOf(nowMs)}::bigint and reached_at_ms is not null`,
  }),
});

export const quotaAlarms: AlarmSources<`quota-reached-${NotedKind}`> = {
  "quota-reached-journal-bytes": reached("journal-bytes"),
  "quota-reached-mails": reached("mails"),
  "quota-reached-messages": reached("messages"),
};
