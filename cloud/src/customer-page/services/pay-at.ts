/** Where a customer pays by hand: the paybill, and the account number that is theirs. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { sellingChannels } from "../../money/channels/selling-channel.ts";
import { openCustomerNumber } from "../../money/matching/customer-numbers.ts";

export interface PayAt {
  readonly accountNumber: string;
  /** Of paybills, where people type an account number. */
  readonly paybills: readonly string[];
  /** A phone can be asked for its PIN. */
  readonly canPrompt: boolean;
}

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
): Promise<Pick<PayAt, "paybills" | "canPrompt">> {
  const channels = await sellingChannels(kinds, tx, providerId, "", currency);
  return {
    paybills: channels.filter(({ kind }) => kind === "mpesa-paybill").map(({ shortcode }) => shortcode),
    canPrompt: channels.some(({ kind }) => kinds.factsOf(kind).pays === "phone"),
  };
}
