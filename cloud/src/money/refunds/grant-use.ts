/** What sites have reported of the use of a grant. */
import { sql } from "kysely";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import { readPausedTime } from "../../catalogue/grants/paused-time.ts";
import { grantUse } from "../../catalogue/sessions/grant-use.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type GrantUse, unused, withPauses } from "./refund-policy.ts";

/** Over all sites, whatever each called it: the earliest start counts, and the latest end. What is paused ends as if it went on now. */
export async function readGrantUse(tx: Tx, providerId: string, grantId: string, nowMs: number): Promise<GrantUse> {
  const names = namesAtSites(sql`${providerId}::text`, sql`${grantId}::text`);
  const isIt = sql`provider_id = ${providerId} and grant_id = any (${names})`;
  const { rows } = await sql<{ started: number | null; ends: number | null; bytes: number; seconds: number }>`
    select (select min(started_at_ms) from grant_starts where ${isIt}) as started,
      (select max(ends_at_ms) from grant_starts where ${isIt}) as ends,
      ${bounded(sql`coalesce(sum(used_bytes), 0)`)} as bytes, ${bounded(sql`coalesce(sum(online_seconds), 0)`)} as seconds
    from ${grantUse} used where ${isIt}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return unused;
  const { started: startedAtMs, ends: endsAtMs } = row;
  const use = { startedAtMs, endsAtMs, usedBytes: Number(row.bytes), usedSeconds: Number(row.seconds) };
  return withPauses(use, await readPausedTime(tx, providerId, names, nowMs));
}
