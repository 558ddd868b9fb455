/** Where a customer pays by hand: the paybill, and the account number that is theirs. */
import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { sellingChannels } from "../../money/channels/selling-channel.ts";
import { openCustomerNumber } from "../../money/matching/customer-numbers.ts";
import { waysAmong } from "../../money/matching/send-prompt.ts";

export interface PayAt {
  readonly accountNumber: string;
  /** Of paybills, where people type an account number. */
  readonly paybills: readonly string[];
  /** A phone can be asked for its PIN. */
  readonly canPrompt: boolean;
  /** Of which the customer chooses one: a phone that is asked, or a page of the channel's own, for cards. */
  readonly ways: readonly PayChannel[];
}

export const payChannelView = z.object({ channelId: z.string(), name: z.string(), paysBy: z.enum(["phone", "page"]) });

/** How this customer's money comes in. */
export async function payAtOf(
  { world, kinds }: { readonly world: World; readonly kinds: ChannelKinds },
  tx: Tx,
  {
    providerId,
    customerId,
    currency,
  }: { readonly providerId: string; readonly customerId: string; readonly currency: string },
): Promise<PayAt> {
  const accountNumber = await openCustomerNumber(world, tx, { providerId, customerId });
  return { accountNumber, ...(await waysIn(kinds, tx, providerId, currency)) };
}

export async function waysIn(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  currency: string,
): Promise<Omit<PayAt, "accountNumber">> {
  const channels = await sellingChannels(kinds, tx, providerId, "", currency);
  // Of any sum that such a channel takes.
  const ways = waysAmong(kinds, channels, { currency, amountCents: 0 });
  return {
    paybills: channels.filter(({ kind }) => kind === "mpesa-paybill").map(({ shortcode }) => shortcode),
    canPrompt: ways.some(({ paysBy }) => paysBy === "phone"),
    ways,
  };
}
