/** Which account of the books money left, that a person says was paid: the till, or what a channel holds. */
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";

/** @param channelId undefined: the till. Throws a Problem 404 where no such channel holds money */
export async function paidFrom(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  channelId: string | undefined,
): Promise<LedgerAccount> {
  if (channelId === undefined) return "cash";
  const row = await tx
    .selectFrom("channels")
    .select("channel_id")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("kind", "not in", kinds.immediate)
    .executeTakeFirst();
  if (row === undefined) throw notFound("channel that holds money", "channelId");
  return `clearing:${row.channel_id}`;
}
