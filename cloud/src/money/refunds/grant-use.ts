/** What sites have reported of the use of a grant. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type GrantUse, unused } from "./refund-policy.ts";

/** Over all sites: the earliest start counts. */
export async function readGrantUse(tx: Tx, providerId: string, grantId: string): Promise<GrantUse> {
  const { rows } = await sql<{ started: number | null; ends: number | null; bytes: number; seconds: number }>`
    select (select min(started_at_ms) from grant_starts where provider_id = ${providerId} and grant_id = ${grantId}) as started,
      (select max(ends_at_ms) from grant_starts where provider_id = ${providerId} and grant_id = ${grantId}) as ends,
      coalesce(sum(input_bytes + output_bytes), 0)::bigint as bytes, coalesce(sum(online_seconds), 0)::bigint as seconds
    from sessions where provider_id = ${providerId} and grant_id = ${grantId}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return unused;
  return {
    startedAtMs: row.started,
    endsAtMs: row.ends,
    usedBytes: Number(row.bytes),
    usedSeconds: Number(row.seconds),
  };
}
