import type { Database } from "@karibu/cloud/ground/db/database";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import type { EnrolledSite, HubEnd } from "./link-ends.ts";

export const changedVouchers = 100_000;

const dayMs = 86_400_000;

/** Makes a batch that the site follows, and disables each of its vouchers at some time in the last 30 days. */
export async function awayForAMonth(
  database: Database,
  hub: HubEnd,
  { providerId, siteId }: EnrolledSite,
): Promise<void> {
  const shape = { batchId: "b1", keyHex: "00112233445566778899aabbccddeeff", prefix: "", length: 12 };
  const rest = { planName: "1 hour", terms: unlimitedTerms, expiresAtMs: null, active: true };
  const body = { ...shape, alphabet: "digits" as const, quantity: changedVouchers, holes: [], ...rest };
  await database.asProvider(providerId, async (tx) => {
    const own = { scope: "site", siteId } as const;
    await hub.publish(tx, { providerId, target: { scope: "batch", batchId: "b1" }, kind: "batch", key: "b1", body });
    await hub.publish(tx, { providerId, target: own, kind: "follow", key: "b1", body: { batchId: "b1" } });
    // As `publish` would, one by one: each under the next version of the batch's scope.
    await sql`
      insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
      select ${providerId}, 'batch:b1', 'voucher', (n - 1)::text, n + 1,
        jsonb_build_object('state', 'disabled', 'atMs', changed_at_ms), changed_at_ms
      from generate_series(1, ${changedVouchers}::int) as n, lateral (
        select 1790000000000 + (n::bigint * 7919 * 104729) % ${30 * dayMs}::bigint as changed_at_ms) as at
    `.execute(tx);
    await sql`
      update feed_scopes set version = ${changedVouchers + 1}::bigint where provider_id = ${providerId} and scope = 'batch:b1'
    `.execute(tx);
  });
}
