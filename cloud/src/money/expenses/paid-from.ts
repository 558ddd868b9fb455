/** Which account of the books money left, that a person says was paid: the till, or what a channel holds. */
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { findChannel } from "../channels/channel-rows.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";

interface PaidFrom {
  readonly account: LedgerAccount;
  /** On which receipts of the channel are unique; null: the till has none. */
  readonly rail: string | null;
}

/**
 * @param channelId undefined: the till. Throws a Problem 404 where no such channel holds money
 * @param currency that was paid out; a channel that moves another one is refused. Left out: it was looked at before
 */
export async function paidFrom(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  channelId: string | undefined,
  currency?: string,
): Promise<PaidFrom> {
  if (channelId === undefined) return { account: "cash", rail: null };
  const row = await findChannel(tx, providerId, channelId);
  if (row === undefined || kinds.immediate.includes(row.kind)) throw notFound("channel that holds money", "channelId");
  if (currency !== undefined) {
    const moved = kinds.currencyOf(row) ?? (await currencyOfProvider(tx, providerId));
    if (moved !== currency) throw refusal("other-currency", { status: 400, field: "channelId" });
  }
  return { account: `clearing:${row.channelId}`, rail: kinds.factsOf(row.kind).rail };
}
