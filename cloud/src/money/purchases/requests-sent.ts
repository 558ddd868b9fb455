/** Which purchase a channel's word is about: by the request that it took, or by the secret of the address that it calls. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

interface ChannelOf {
  readonly providerId: string;
  readonly channelId: string;
}

/** Null: no purchase of this channel was asked for so. */
export async function purchaseOfRequest(tx: Tx, channel: ChannelOf, requestId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("requestId", "=", requestId)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}

/** By what the purchase that this receipt paid was asked for. Null: there is none, or nobody was asked. */
export async function requestPaidBy(tx: Tx, channel: ChannelOf, receipt: string): Promise<string | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("requestId")
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  return row?.requestId ?? null;
}

/** Purchases of any providers whose callbacks come with these secrets. */
export async function purchasesOfSecrets(
  tx: Tx,
  asked: readonly { readonly providerId: string; readonly secretHash: string }[],
) {
  const { rows } = await sql<{ providerId: string; channelId: string; secretHash: string; purchaseId: string }>`
    select i.provider_id, i.channel_id, i.secret_hash, i.purchase_id from purchases i
    join unnest(${asked.map(({ providerId }) => providerId)}::text[], ${asked.map(({ secretHash }) => secretHash)}::text[])
      as asked (provider_id, secret_hash) using (provider_id, secret_hash)`.execute(tx);
  return rows;
}

/** Did a channel take any of these? Then it can be asked about it. */
export async function someWereAskedFor(tx: Tx, providerId: string, purchaseIds: readonly string[]): Promise<boolean> {
  const sent = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "in", [...purchaseIds])
    .where("requestId", "is not", null)
    .executeTakeFirst();
  return sent !== undefined;
}
