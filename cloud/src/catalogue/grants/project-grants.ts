import { sql } from "kysely";
import { ofKind, type Projected } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";

/** First uses. The first record of a grant at a site counts; a repetition changes nothing. */
export async function projectGrants(
  tx: Tx,
  providerId: string,
  entries: readonly Projected[],
  receivedAtMs: number,
): Promise<void> {
  const starts = ofKind(entries, "grant-started").map(
    ({ siteId, epoch, record: { seq, atMs, grant, voucher, bridge } }) => {
      const { grantId, origin, planName, startedAtMs, endsAtMs, terms } = grant;
      const times = { startedAtMs: startedAtMs ?? atMs, endsAtMs, validUntilMs: terms.validUntilMs };
      return { siteId, epoch, seq, grantId, origin, planName, bridge: bridge === true, ...times, ...voucher };
    },
  );
  if (starts.length === 0) return;
  await sql`
    insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms,
      valid_until_ms, epoch, seq, received_at_ms, bridge)
    select ${providerId}::text, f."grantId", f."siteId", f.origin, f."planName", f."startedAtMs", f."endsAtMs",
      f."validUntilMs", f.epoch, f.seq, ${receivedAtMs}::bigint, f.bridge
    from jsonb_to_recordset(${JSON.stringify(starts)}::jsonb) as f("grantId" text, "siteId" text, origin text,
      "planName" text, "startedAtMs" bigint, "endsAtMs" bigint, "validUntilMs" bigint, epoch text, seq bigint, bridge boolean)
    order by f."grantId", f."siteId", f.seq
    on conflict do nothing
  `.execute(tx);
  const redeemed = starts.filter((start) => "batchId" in start);
  if (redeemed.length === 0) return;
  await sql`
    insert into voucher_redemptions as r (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
    select distinct on (f."batchId", f.serial, f."siteId")
      ${providerId}::text, f."batchId", f.serial, f."siteId", f."grantId", f.epoch, f.seq
    from jsonb_to_recordset(${JSON.stringify(redeemed)}::jsonb) as f("batchId" text, serial bigint, "siteId" text,
      "grantId" text, epoch text, seq bigint, bridge boolean)
    order by f."batchId", f.serial, f."siteId", f.bridge, f.seq
    on conflict (provider_id, batch_id, serial, site_id) do update -- the whole takes the place of a bridge
      set grant_id = excluded.grant_id, epoch = excluded.epoch, seq = excluded.seq
      where starts_with(r.grant_id, 'b.') and not starts_with(excluded.grant_id, 'b.')
  `.execute(tx);
}
