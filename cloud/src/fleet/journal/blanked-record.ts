import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/**
 * SQL: a record without the person, as an erasure leaves it in the hub's copy. Without the phone that a seller typed; without the device's MAC, also where
 * the device is called by it (`mac.…`) or by its address (`ip.…`), because it came by RADIUS alone. Any other name of a device is a random mark.
 *
 * @param kind of the record @param raw the record
 */
export const blankedRecord = (kind: string, raw: string): string => `case ${kind}
    when 'cash-sale' then ${raw} - 'phone'
    when 'device-bound' then ${raw} || '{"mac": null}' || ${withoutHost(raw, "device")} || ${withoutHost(raw, "replaces")}
    when 'device-unbound' then ${raw} || ${withoutHost(raw, "device")}
    else ${raw} end`;

const withoutHost = (raw: string, field: string): string =>
  `case when ${raw} ->> '${field}' ~ '^(mac|ip)\\.' then '{"${field}": null}' else '{}' end::jsonb`;

export interface RecordPlace {
  readonly siteId: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Takes the person out of these records, of those that are kept for ever. */
export async function blankRecords(tx: Tx, providerId: string, places: readonly RecordPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    update journal_records j set raw = ${sql.raw(blankedRecord("j.kind", "j.raw"))}
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as f("siteId" text, epoch text, seq bigint)
    where j.provider_id = ${providerId} and j.site_id = f."siteId" and j.epoch = f.epoch and j.seq = f.seq
  `.execute(tx);
}
