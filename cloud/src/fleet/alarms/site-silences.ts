/** Sites where nobody logs in though it is usual. Who knows the rhythm of log-ins finds them (`catalogue/usual-hours`); here they are alarms. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const silenceAlarms: AlarmSources<"site-without-log-ins"> = {
  "site-without-log-ins": {
    at: "site",
    rows: ({ providerId }) => ({
      id: sql`site_id`,
      about: sql`site_id`,
      fields: { expected: sql`round(expected)` },
      sinceMs: sql`since_ms`,
      from: sql`from site_silences where provider_id = ${providerId}`,
    }),
  },
};

export interface Silence {
  readonly providerId: string;
  readonly siteId: string;
  readonly sinceMs: number;
  /** How many log-ins were missed. */
  readonly expected: number;
}

/** These are silent now, of all providers, and no others. One that goes on keeps its time. */
export async function noteSilences(tx: Tx, silences: readonly Silence[]): Promise<void> {
  const rows = JSON.stringify(silences);
  await sql`delete from site_silences q where not exists (
      select from jsonb_to_recordset(${rows}::jsonb) as f("providerId" text, "siteId" text)
      where f."providerId" = q.provider_id and f."siteId" = q.site_id)`.execute(tx);
  await sql`insert into site_silences (provider_id, site_id, since_ms, expected)
    select f."providerId", f."siteId", f."sinceMs", f.expected
    from jsonb_to_recordset(${rows}::jsonb) as f("providerId" text, "siteId" text, "sinceMs" bigint, expected real)
    on conflict (provider_id, site_id) do update set since_ms = excluded.since_ms, expected = excluded.expected`.execute(
    tx,
  );
}
