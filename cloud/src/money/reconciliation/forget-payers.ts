import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** As an erasure leaves lines of statements (`personal-data.ts`): without whoever paid. */
export async function forgetLinePayers(
  tx: Tx,
  receipts: readonly { readonly providerId: string; readonly name: string }[],
): Promise<void> {
  if (receipts.length === 0) return;
  await sql`
    update statement_lines l set payer = null, account_text = null
    from ${recordset("asked", receipts, { providerId: "text", name: "text" })}
    where l.provider_id = asked."providerId" and l.receipt = asked.name
      and (l.payer is not null or l.account_text is not null)`.execute(tx);
}
