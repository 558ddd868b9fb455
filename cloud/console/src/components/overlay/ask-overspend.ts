import { type FundingAccount, readFundingAccounts } from "../../data/money/expenses.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { ask } from "./ask-dialog.ts";

/**
 * Asks before more is paid out than the books hold there. The books do not know the cash of sold vouchers, so the cash box may hold more.
 * @param channelId null: the till
 * @returns false when the user says no
 */
export async function askOverspend(
  {
    channelId,
    amountCents,
    currency,
  }: Pick<FundingAccount, "channelId"> & {
    readonly amountCents: number;
    readonly currency: string;
  },
  yes: string,
): Promise<boolean> {
  const account = (await readFundingAccounts()).items.find((each) => each.channelId === channelId);
  const balanceCents = account?.balances.find((each) => each.currency === currency)?.balanceCents ?? 0;
  if (amountCents <= balanceCents) return true;
  const sums = { amount: money(amountCents, currency), balance: money(balanceCents, currency) };
  return ask(say("overspendSure", sums), yes);
}
