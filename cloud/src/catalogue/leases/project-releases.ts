import { sql } from "kysely";
import { ofKind, type Projected } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { voucherOfGrant } from "../grants/voucher-grant.ts";

/**
 * Leases that sites let go of. A record that comes after the lease has moved says nothing new, also when it has come back to
 * that site meanwhile: `leaseAtMs` says which lease was released.
 */
export async function projectReleases(
  tx: Tx,
  providerId: string,
  entries: readonly Projected[],
  receivedAtMs: number,
): Promise<void> {
  await projectGrantReleases(tx, providerId, entries, receivedAtMs);
  const releases = ofKind(entries, "lease-released").flatMap(({ siteId, record }) => {
    const { seq, grantId, use, leaseAtMs } = record;
    const voucher = voucherOfGrant(grantId);
    return voucher === null ? [] : [{ siteId, seq, use, leaseAtMs, ...voucher }];
  });
  if (releases.length === 0) return;
  await sql`
    insert into voucher_releases as r (provider_id, batch_id, serial, site_id, released_at_ms, use)
    select distinct on (f."batchId", f.serial, f."siteId")
      ${providerId}::text, f."batchId", f.serial, f."siteId", ${receivedAtMs}::bigint, f.use
    from jsonb_to_recordset(${JSON.stringify(releases)}::jsonb) as f("siteId" text, seq bigint, "batchId" text,
      serial bigint, use jsonb, "leaseAtMs" bigint)
    where not exists ( -- told already by the answer that moved it: then the lease has moved since the one that was released
      select from voucher_leases l where l.provider_id = ${providerId} and l.batch_id = f."batchId"
        and l.serial = f.serial
        and case when f."leaseAtMs" is null then l.from_site_id = f."siteId" and l.use = f.use
          else l.moved_at_ms <> f."leaseAtMs" end)
    order by f."batchId", f.serial, f."siteId", f.seq desc
    on conflict (provider_id, batch_id, serial, site_id) do update
      set released_at_ms = excluded.released_at_ms, use = excluded.use
  `.execute(tx);
}

/** Of bought grants, by the name that the site had them under. */
async function projectGrantReleases(
  tx: Tx,
  providerId: string,
  entries: readonly Projected[],
  receivedAtMs: number,
): Promise<void> {
  const releases = ofKind(entries, "lease-released").flatMap(({ siteId, record: { seq, grantId, use } }) =>
    voucherOfGrant(grantId) === null ? [{ siteId, seq, grantId, use }] : [],
  );
  if (releases.length === 0) return;
  await sql`
    insert into grant_releases as r (provider_id, lease_id, site_id, released_at_ms, use)
    select distinct on (f."grantId", f."siteId")
      ${providerId}::text, f."grantId", f."siteId", ${receivedAtMs}::bigint, f.use
    from jsonb_to_recordset(${JSON.stringify(releases)}::jsonb) as f("siteId" text, seq bigint, "grantId" text, use jsonb)
    order by f."grantId", f."siteId", f.seq desc
    on conflict (provider_id, lease_id, site_id) do nothing -- told already by the answer that moved it
  `.execute(tx);
}
