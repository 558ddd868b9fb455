import { sql } from "kysely";
import type { RecordPlace } from "../../fleet/journal/blanked-record.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** As an erasure leaves sessions (`personal-data.ts`). */
export async function forgetDevices(
  tx: Tx,
  providerId: string,
  places: readonly { readonly siteId: string; readonly sessionKey: string }[],
): Promise<void> {
  if (places.length === 0) return;
  await sql`
    update sessions s set mac = null, address = null, username = null
    from ${recordset("f", places, { siteId: "text", sessionKey: "text" })}
    where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.session_key = f."sessionKey"
  `.execute(tx);
}

/** As an erasure takes away log-ins that were refused: of these records. */
export async function forgetRefusals(tx: Tx, providerId: string, places: readonly RecordPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    delete from refused_log_ins r
    using ${recordset("f", places, { siteId: "text", epoch: "text", seq: "bigint" })}
    where r.provider_id = ${providerId} and r.site_id = f."siteId" and r.epoch = f.epoch and r.seq = f.seq
  `.execute(tx);
}
