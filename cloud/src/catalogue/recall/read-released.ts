/** Leases that a site let go of and that no site has taken since: the hub moves them without asking, so the site must not give them. */
import { voucherPrefix } from "@karibu/protocol/grant-id";
import type { RecalledPage } from "@karibu/protocol/journal/record";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { RecallPlace } from "./read-begun.ts";

/**
 * In the order of their ids, begun at the site or not. Also what the site released since its loss: it knows that already, and learns
 * nothing new. A bought grant that the hub has ended is left out: nothing opens it.
 */
export async function readReleased(
  tx: Tx,
  { providerId, siteId }: Pick<RecallPlace, "providerId" | "siteId">,
  page: { readonly after: string; readonly limit: number },
): Promise<RecalledPage["ended"]> {
  const { rows } = await sql<{ grantId: string; leaseAtMs: number | null }>`
    select grant_id, lease_at_ms from (
      select ${voucherPrefix} || r.batch_id || '.' || r.serial as grant_id, l.moved_at_ms as lease_at_ms
      from voucher_releases r
      join voucher_batches b on b.provider_id = r.provider_id and b.batch_id = r.batch_id
      left join voucher_leases l on l.provider_id = r.provider_id and l.batch_id = r.batch_id and l.serial = r.serial
      where r.provider_id = ${providerId} and r.site_id = ${siteId}
        and coalesce(l.site_id, b.home_site_id) = r.site_id and r.released_at_ms >= coalesce(l.moved_at_ms, 0)
      union all
      select r.lease_id, null
      from grant_releases r
      join grants g on g.provider_id = r.provider_id and g.grant_id = split_part(r.lease_id, '.', 1)
      left join grant_leases l on l.provider_id = g.provider_id and l.grant_id = g.grant_id
      where r.provider_id = ${providerId} and r.site_id = ${siteId} and g.revoked_at_ms is null and g.retired_at_ms is null
        and coalesce(l.lease_id, g.grant_id) = r.lease_id and coalesce(l.site_id, g.site_id) = r.site_id
    ) released
    where grant_id > ${page.after} order by grant_id limit ${page.limit}
  `.execute(tx);
  return rows.map(({ grantId, leaseAtMs }) => ({
    grantId,
    reason: "elsewhere",
    ...(leaseAtMs === null ? {} : { leaseAtMs: unixMs(leaseAtMs) }),
  }));
}
