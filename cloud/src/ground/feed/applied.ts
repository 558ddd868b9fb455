import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { recordset } from "../db/recordset.ts";

/** A site reports that it holds this version of a scope. `scope` is the agent's name of it: its own is `site`. */
export interface AppliedVersion {
  readonly providerId: string;
  readonly siteId: string;
  readonly scope: string;
  readonly version: number;
}

/** The same for many sites, in one statement. What is kept has the feed's name of the scope (`site:<siteId>`), by which everybody asks. */
export async function noteApplied(tx: Tx, applied: readonly AppliedVersion[], nowMs: number): Promise<void> {
  if (applied.length === 0) return;
  await sql`
    insert into feed_applied (provider_id, site_id, scope, version, at_ms)
    select f."providerId", f."siteId", case when f.scope = 'site' then 'site:' || f."siteId" else f.scope end, f.version, ${nowMs}::bigint
    from ${recordset("f", applied, { providerId: "text", siteId: "text", scope: "text", version: "bigint" })}
    order by 1, 2, 3
    on conflict (provider_id, site_id, scope) do update set version = excluded.version, at_ms = excluded.at_ms
  `.execute(tx);
}
