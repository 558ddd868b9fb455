import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/**
 * Ends the sessions of a site that nobody will report any more, as lost. What they used stays. A report that comes all the same opens one again
 * (`project-sessions.ts`).
 */
export async function loseSessions(
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
  atMs: number,
): Promise<void> {
  await sql`update sessions set stopped_at_ms = ${atMs}::bigint, stopped_stamped_ms = ${atMs}::bigint, cause = 'lost', why = 'silent'
    where provider_id = ${providerId} and site_id = ${siteId} and stopped_at_ms is null`.execute(tx);
}
