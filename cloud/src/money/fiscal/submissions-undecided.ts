/** Documents that the hub of before a restore may have told a tax authority since the back-up, by a device that counts each of them. */

import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isRestoredAfter } from "../../ground/restores/restores.ts";
import type { Authority } from "./fiscal-contract.ts";

/** Told again, a sale would be declared twice: a person looks first, and types its reply or submits it again. */
export const lookFirst = "restored: look into the tax authority's portal before you submit it again";

/**
 * Those that wait in the back-up. For a restore, as statements in one raw transaction. Without a device people hand documents in, and an adapter that
 * needs none tells each once.
 */
export function submissionsUndecided(nowMs: number): readonly string[] {
  return [
    `update fiscal_submissions set state = 'refused', answered_at_ms = ${nowMs}, changed_at_ms = ${nowMs},
      reason = '${lookFirst.replaceAll("'", "''")}'
      where state = 'waiting' and exists (select 1 from tax_devices
        where tax_devices.provider_id = fiscal_submissions.provider_id and tax_devices.authority = fiscal_submissions.authority)`,
    "update tax_devices set busy_until_ms = 0",
  ];
}

/**
 * One that is issued after a restore, of what the back-up had no document for: the hub of before issued it already where it was due while that hub ran.
 * @param of.dueAtMs since when a hub may issue it
 */
export async function mayHaveBeenTold(
  tx: Tx,
  of: { readonly providerId: string; readonly authority: Authority; readonly dueAtMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    select from tax_devices where provider_id = ${of.providerId} and authority = ${of.authority}
    and ${isRestoredAfter(of.dueAtMs)} limit 1`.execute(tx);
  return rows.length > 0;
}
