/**
 * A channel asks before it takes money for an account number. We refuse only what could never be booked, and, where the
 * provider is strict, accounts that nobody has: money in suspense can be given an owner, a refused customer is lost.
 */
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { DecideValidation } from "../channels/channel-messages.ts";
import { referencesLike } from "../purchases/reference.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { accountsLike } from "./account-money.ts";
import { accountKey, phoneInAccount } from "./account-text.ts";

export function decideValidation(tx: Tx, channel: ChannelRow): DecideValidation {
  return async ({ shortcode, accountText }) => {
    if (shortcode !== null && ![channel.shortcode, channel.storeNumber].includes(shortcode)) return "other-shortcode";
    const { strictAccounts } = await readMoneySettings(tx, channel.providerId);
    if (!strictAccounts || (accountText !== null && phoneInAccount(accountText) !== null)) return "accept";
    const key = accountKey(accountText ?? "");
    // A till has no account numbers; and who mixes up O and 0 is booked all the same.
    if (key === "" || (await accountsLike(tx, channel.providerId, [key])).length > 0) return "accept";
    const ended = await tx
      .selectFrom("pay_accounts")
      .select("accountKey")
      .where("providerId", "=", channel.providerId)
      .where("accountKey", "=", key)
      .executeTakeFirst();
    if (ended !== undefined) return "accept";
    const purchase = await tx
      .selectFrom("purchases")
      .select("purchaseId")
      .where("providerId", "=", channel.providerId)
      .where("reference", "in", [key, ...referencesLike(key)])
      .executeTakeFirst();
    return purchase === undefined ? "unknown-account" : "accept";
  };
}
