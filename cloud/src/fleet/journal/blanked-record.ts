import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/**
 * SQL: a record without the person, as an erasure leaves it in the hub's copy. Without the phone that a seller typed; without the device's MAC, also where
 * the device is called by it (`mac.…`) or by its address (`ip.…`), because it came by RADIUS alone. Any other name of a device is a random mark.
 * A device that lost its slot may be somebody else's, who had the grant before: a record of theirs names it anyway, and its slot must not seem taken.
 *
 * @param kind of the record @param raw the record @param isElses SQL: does another record name the device in this field anyway?
 */
export const blankedRecord = (kind: string, raw: string, isElses: (field: "device" | "replaces") => string): string => {
  const without = (field: string) =>
    `case when ${raw} ->> '${field}' ~ '^(mac|ip)\\.' then '{"${field}": null}' else '{}' end::jsonb`;
  const withoutLost = (field: "device" | "replaces") =>
    `case when ${isElses(field)} then '{}'::jsonb else ${without(field)} end`;
  return `case ${kind}
    when 'cash-sale' then ${raw} - 'phone'
    when 'device-bound' then ${raw} || '{"mac": null}' || ${without("device")} || ${withoutLost("replaces")}
    when 'device-unbound' then ${raw} || ${withoutLost("device")}
    else ${raw} end`;
};

/**
 * SQL, for `blankedRecord`: a record of `journal_records` that is not blanked bound the device to the same grant. Both kinds stand in it, though one is
 * meant: so it has the words of the index `journal_records_slots`.
 * @param row the row, as the statement calls it @param isTheirs SQL: is this other row blanked, too?
 */
export const boundByOther =
  (row: string, isTheirs: (row: string) => string) =>
  (field: "device" | "replaces"): string =>
    `exists (select from journal_records b where b.provider_id = ${row}.provider_id and b.site_id = ${row}.site_id
      and b.kind in ('device-bound', 'device-unbound') and b.raw ->> 'grantId' = ${row}.raw ->> 'grantId'
      and b.kind = 'device-bound' and b.raw ->> 'device' = ${row}.raw ->> '${field}' and not (${isTheirs("b")}))`;

export interface RecordPlace {
  readonly siteId: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Takes the person out of these records, of those that are kept for ever. */
export async function blankRecords(tx: Tx, providerId: string, places: readonly RecordPlace[]): Promise<void> {
  if (places.length === 0) return;
  const isTheirs = (row: string) =>
    `exists (select from f other where other."siteId" = ${row}.site_id and other.epoch = ${row}.epoch and other.seq = ${row}.seq)`;
  await sql`
    with f as (
      select * from ${recordset("places", places, { siteId: "text", epoch: "text", seq: "bigint" })}
    )
    update journal_records j set raw = ${sql.raw(blankedRecord("j.kind", "j.raw", boundByOther("j", isTheirs)))} from f
    where j.provider_id = ${providerId} and j.site_id = f."siteId" and j.epoch = f.epoch and j.seq = f.seq
  `.execute(tx);
}
