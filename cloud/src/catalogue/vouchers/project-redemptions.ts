import { bridgePrefix } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { tellLateUses } from "./begun-vouchers.ts";

/** Which voucher began at which site, under which grant. The whole voucher replaces a bridge. A site whose voucher is disabled by now is told so. */
export const redemptionProjector = ({ publish }: { readonly publish: Publish }): JournalProjector => ({
  async project(tx, { providerId, records }) {
    const redeemed = ofKind(records, "grant-started").flatMap(
      ({ siteId, epoch, record: { seq, grant, voucher, bridge } }) =>
        voucher === null ? [] : [{ siteId, epoch, seq, grantId: grant.grantId, bridge: bridge === true, ...voucher }],
    );
    if (redeemed.length === 0) return;
    await sql`
      insert into voucher_redemptions as r (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
      select distinct on (f."batchId", f.serial, f."siteId")
        ${providerId}::text, f."batchId", f.serial, f."siteId", f."grantId", f.epoch, f.seq
      from ${recordset("f", redeemed, {
        batchId: "text",
        serial: "bigint",
        siteId: "text",
        grantId: "text",
        epoch: "text",
        seq: "bigint",
        bridge: "boolean",
      })}
      order by f."batchId", f.serial, f."siteId", f.bridge, f.seq
      on conflict (provider_id, batch_id, serial, site_id) do update
        set grant_id = excluded.grant_id, epoch = excluded.epoch, seq = excluded.seq
        where starts_with(r.grant_id, ${bridgePrefix}) and not starts_with(excluded.grant_id, ${bridgePrefix})
    `.execute(tx);
    await tellLateUses(publish, tx, providerId, redeemed);
  },
});
