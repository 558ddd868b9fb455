/**
 * Up to which version a restored hub knows a batch's row: by its back-up, or by the signed row that a site gave back. Rows that the hub
 * publishes afterwards (to repeat what it has) get new versions, but decide nothing: they must not seem later than what was lost.
 */
import type { Tx } from "../db/database.ts";

/** For a restore, as statements in one raw transaction. */
export const feedRestored: readonly string[] = ["update feed_rows set restored_version = version where kind = 'batch'"];

/** A signed row of this version was taken back, and published. */
export async function noteRestoredVersion(
  tx: Tx,
  { providerId, batchId, version }: { readonly providerId: string; readonly batchId: string; readonly version: number },
): Promise<void> {
  await tx
    .updateTable("feed_rows")
    .set({ restoredVersion: version })
    .where("providerId", "=", providerId)
    .where("scope", "=", `batch:${batchId}`)
    .where("kind", "=", "batch")
    .where("key", "=", batchId)
    .execute();
}

/** When anything was told to a site last. A query, for a restore. */
export const lastFeedChange = "select max(changed_at_ms) from feed_rows";
