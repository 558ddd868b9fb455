import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Placed } from "../journal/insert-records.ts";

/** What the console shows of a site: its last record, its clock, its version. */
export async function noteSites(
  tx: Tx,
  providerId: string,
  entries: readonly Placed[],
  receivedAtMs: number,
): Promise<void> {
  if (entries.length === 0) return;
  const notes = new Map<string, Record<string, string | number | null>>();
  for (const { siteId, epoch, seq, record } of entries) {
    const note = notes.get(siteId) ?? { siteId, damaged: 0 };
    Object.assign(note, { epoch, seq });
    if (record === null) note.damaged = (note.damaged as number) + 1;
    else Object.assign(note, { atMs: record.atMs, clock: record.clock });
    if (record?.kind === "agent-started") Object.assign(note, { boot: record.boot, version: record.version });
    notes.set(siteId, note);
  }
  await sql`
    insert into site_links as l (provider_id, site_id, epoch, last_seq, last_record_at_ms, last_record_received_at_ms,
      clock_quality, boot, agent_version, damaged_records)
    select ${providerId}::text, f."siteId", f.epoch, f.seq, f."atMs", ${receivedAtMs}::bigint, f.clock, f.boot, f.version, f.damaged
    from ${recordset("f", [...notes.values()], {
      siteId: "text",
      epoch: "text",
      seq: "bigint",
      atMs: "bigint",
      clock: "text",
      boot: "bigint",
      version: "text",
      damaged: "bigint",
    })}
    order by f."siteId"
    on conflict (provider_id, site_id) do update set
      epoch = excluded.epoch,
      last_seq = excluded.last_seq,
      last_record_at_ms = coalesce(excluded.last_record_at_ms, l.last_record_at_ms),
      last_record_received_at_ms = excluded.last_record_received_at_ms,
      clock_quality = coalesce(excluded.clock_quality, l.clock_quality),
      boot = coalesce(excluded.boot, l.boot),
      agent_version = coalesce(excluded.agent_version, l.agent_version),
      damaged_records = l.damaged_records + excluded.damaged_records
  `.execute(tx);
}
