/** Whether a connected device may go on: it may be revoked, its site deleted, or another device enrolled instead. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

export interface LinkRights {
  readonly siteId: string;
  readonly publicKey: string;
  readonly revoked: boolean;
  /** How often the site has connected, at any process: the highest number is its link. Null: never. */
  readonly connections: number | null;
}

/** Sites whose rows are deleted (their provider was purged) are missing here. */
export async function readRights(tx: Tx, siteIds: readonly string[]): Promise<LinkRights[]> {
  const { rows } = await sql<LinkRights>`
    select a.site_id, a.public_key, a.revoked_at_ms is not null or s.deleted_at_ms is not null as revoked, l.connections
    from jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb) as f(site_id)
    join agents a on a.site_id = f.site_id
    join sites s on s.provider_id = a.provider_id and s.site_id = a.site_id
    left join site_links l on l.provider_id = a.provider_id and l.site_id = a.site_id
  `.execute(tx);
  return rows;
}

/** Those of these sites whose device is revoked or unknown. */
export async function readCutOff(tx: Tx, siteIds: readonly string[]): Promise<string[]> {
  if (siteIds.length === 0) return [];
  const { rows } = await sql<{ siteId: string }>`
    select f.site_id from jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb) as f(site_id)
    left join agents a on a.site_id = f.site_id
    where a.site_id is null or a.revoked_at_ms is not null
  `.execute(tx);
  return rows.map((row) => row.siteId);
}
