import { sql } from "kysely";
import { ofKind, type Projected } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";

export async function projectAlarms(
  tx: Tx,
  providerId: string,
  entries: readonly Projected[],
  receivedAtMs: number,
): Promise<void> {
  const alarms = ofKind(entries, "alarm").map(({ siteId, epoch, record: { seq, atMs, name, fields } }) => {
    return { siteId, epoch, seq, atMs, name, fields };
  });
  if (alarms.length === 0) return;
  await sql`
    insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
    select ${providerId}::text, f."siteId", f.epoch, f.seq, f.name, f.fields, f."atMs", ${receivedAtMs}::bigint
    from jsonb_to_recordset(${JSON.stringify(alarms)}::jsonb) as f("siteId" text, epoch text, seq bigint, name text,
      fields jsonb, "atMs" bigint)
  `.execute(tx);
}
