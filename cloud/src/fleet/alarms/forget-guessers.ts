import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { RecordPlace } from "../journal/blanked-record.ts";

/** As an erasure leaves alarms (`personal-data.ts`): without who guessed codes. */
export async function forgetGuessers(tx: Tx, providerId: string, places: readonly RecordPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    update alarms a set fields = fields - 'who'
    from ${recordset("f", places, { siteId: "text", epoch: "text", seq: "bigint" })}
    where a.provider_id = ${providerId} and a.site_id = f."siteId" and a.epoch = f.epoch and a.seq = f.seq
  `.execute(tx);
}
