import { voucherRefOf } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { type JournalBatch, type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** Leases of bought grants and of vouchers that sites released. */
export const releaseProjector: JournalProjector = {
  async project(tx, batch) {
    await projectGrantReleases(tx, batch);
    await projectVoucherReleases(tx, batch);
  },
};

/**
 * A record that arrives after the lease has moved is out of date, even when the lease came back to that site meanwhile:
 * `leaseAtMs` says which lease the site released. No release is older than its lease, whatever the clocks of hub processes say.
 */
async function projectVoucherReleases(tx: Tx, { providerId, records, receivedAtMs }: JournalBatch): Promise<void> {
  const releases = ofKind(records, "lease-released").flatMap(({ siteId, record }) => {
    const { seq, grantId, use, leaseAtMs } = record;
    const voucher = voucherRefOf(grantId);
    return voucher === null ? [] : [{ siteId, seq, use, leaseAtMs, ...voucher }];
  });
  if (releases.length === 0) return;
  await sql`
    insert into voucher_releases as r (provider_id, batch_id, serial, site_id, released_at_ms, use)
    select distinct on (f."batchId", f.serial, f."siteId")
      ${providerId}::text, f."batchId", f.serial, f."siteId", greatest(${receivedAtMs}::bigint, held.moved_at_ms), f.use
    from ${recordset("f", releases, {
      siteId: "text",
      seq: "bigint",
      batchId: "text",
      serial: "bigint",
      use: "jsonb",
      leaseAtMs: "bigint",
    })}
    left join voucher_leases held on held.provider_id = ${providerId} and held.batch_id = f."batchId"
      and held.serial = f.serial and held.site_id = f."siteId"
    where not exists ( -- the answer that moved the lease has recorded this release already
      select from voucher_leases l where l.provider_id = ${providerId} and l.batch_id = f."batchId"
        and l.serial = f.serial
        and case when f."leaseAtMs" is null then l.from_site_id = f."siteId" and l.use = f.use
          else l.moved_at_ms <> f."leaseAtMs" end)
    order by f."batchId", f.serial, f."siteId", f.seq desc
    on conflict (provider_id, batch_id, serial, site_id) do update
      set released_at_ms = excluded.released_at_ms, use = excluded.use
  `.execute(tx);
}

/** The site uses the grant id of its feed. */
async function projectGrantReleases(tx: Tx, { providerId, records, receivedAtMs }: JournalBatch): Promise<void> {
  const releases = ofKind(records, "lease-released").flatMap(({ siteId, record: { seq, grantId, use } }) =>
    voucherRefOf(grantId) === null ? [{ siteId, seq, grantId, use }] : [],
  );
  if (releases.length === 0) return;
  await sql`
    insert into grant_releases as r (provider_id, lease_id, site_id, released_at_ms, use)
    select distinct on (f."grantId", f."siteId")
      ${providerId}::text, f."grantId", f."siteId", ${receivedAtMs}::bigint, f.use
    from ${recordset("f", releases, { siteId: "text", seq: "bigint", grantId: "text", use: "jsonb" })}
    order by f."grantId", f."siteId", f.seq desc
    on conflict (provider_id, lease_id, site_id) do nothing -- the answer that moved it has recorded it already
  `.execute(tx);
}
