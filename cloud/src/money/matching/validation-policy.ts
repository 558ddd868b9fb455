/**
 * M-Pesa asks before it takes money for a paybill. We say no only to what could never be booked, and, if the provider is
 * strict, to accounts that nobody has: money in suspense can be given an owner, a refused customer is lost.
 */
import type { Tx } from "../../ground/db/database.ts";
import type { HookAnswer } from "../callbacks/raw-callback.ts";
import { readC2b } from "../channels/daraja/inflow-messages.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { accountKey, foldConfusable, phoneInAccount } from "./account-text.ts";

const yes: HookAnswer = { status: 200, body: { ResultCode: "0", ResultDesc: "Accepted" } };
const no = (ResultCode: string): HookAnswer => ({ status: 200, body: { ResultCode, ResultDesc: "Rejected" } });

export async function decideValidation(tx: Tx, channel: ChannelRow, body: string): Promise<HookAnswer> {
  const read = readC2b(body);
  if ("refused" in read) return /TransAmount/.test(read.refused) ? no("C2B00013") : yes;
  const { shortcode, accountText } = read.message;
  if (shortcode !== null && ![channel.shortcode, channel.store_number].includes(shortcode)) return no("C2B00015");
  const settings = await tx
    .selectFrom("money_settings")
    .select("strict_accounts")
    .where("provider_id", "=", channel.provider_id)
    .executeTakeFirst();
  if (settings?.strict_accounts !== true || (accountText !== null && phoneInAccount(accountText) !== null)) return yes;
  const key = accountKey(accountText ?? "");
  const account = await tx
    .selectFrom("pay_accounts")
    .select("account_key")
    .where("provider_id", "=", channel.provider_id)
    .where("account_key", "in", [key, foldConfusable(key)])
    .executeTakeFirst();
  if (account !== undefined) return yes;
  const intent = await tx
    .selectFrom("intents")
    .select("intent_id")
    .where("provider_id", "=", channel.provider_id)
    .where("reference", "=", key)
    .executeTakeFirst();
  return intent === undefined ? no("C2B00012") : yes;
}
