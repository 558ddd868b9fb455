/** Purchases that a channel is to be asked about. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { PurchaseRow } from "./purchase-rows.ts";

/** Of these channels, those that wait for their turn to be asked about: to go on with. */
export const selectWaiting = (tx: Tx, providerId: string, channelIds: readonly string[]) =>
  tx
    .selectFrom("purchases")
    .select(["purchaseId", "state", "sentAtMs", "createdAtMs", "claimedAtMs", "waitsSinceMs"])
    .where("providerId", "=", providerId)
    .where("channelId", "in", channelIds)
    .where("waitsSinceMs", "is not", null)
    .where("requestId", "is not", null);

/** One that waits for its turn, locked. Undefined: it waits no more, or somebody holds it. */
export const lockWaiting = (tx: Tx, providerId: string, purchaseId: string): Promise<PurchaseRow | undefined> =>
  tx
    .selectFrom("purchases")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("waitsSinceMs", "is not", null)
    .forNoKeyUpdate()
    .skipLocked()
    .executeTakeFirst();

/** `purchases` that are among these, to be locked by who goes on. Stands after `from`. */
export const purchasesAmong = (
  asked: readonly { readonly providerId: string; readonly purchaseId: string }[],
): RawBuilder<unknown> => sql`purchases
  join unnest(${asked.map(({ providerId }) => providerId)}::text[], ${asked.map(({ purchaseId }) => purchaseId)}::text[])
    as asked (provider_id, purchase_id) using (provider_id, purchase_id)`;
