/** How providers can pay the platform: by the channels that it sells through itself. In transactions of the platform. */

import { waysIn } from "../../customer-page/services/pay-at.ts";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { sellingChannels } from "../../money/channels/selling-channel.ts";
import { askingWays } from "../../money/matching/send-prompt.ts";

interface PlatformSum {
  readonly amountCents: number;
  readonly currency: string;
}

/** Where people type an account number: any sum can be paid there, in parts too. */
export const platformPaybills = async (kinds: ChannelKinds, tx: Tx, currency: string): Promise<readonly string[]> =>
  (await waysIn(kinds, tx, platformProviderId, currency)).paybills;

/** Does a channel of the platform that works now take this sum? `hasAccount`: its invoice has an account number. */
export async function canBePaid(
  kinds: ChannelKinds,
  tx: Tx,
  { amountCents, currency, hasAccount }: PlatformSum & { readonly hasAccount: boolean },
): Promise<boolean> {
  const ways = await askingWays(kinds, tx, { providerId: platformProviderId, currency, amountCents });
  if (ways.length > 0) return true;
  return hasAccount && (await platformPaybills(kinds, tx, currency)).length > 0;
}

/**
 * A price that none of the platform's channels can ever take would be owed for ever and never paid. Where the platform has no channel of this
 * currency yet, the plan may be made first. Throws a Problem 409.
 */
export async function refuseUnpayable(kinds: ChannelKinds, tx: Tx, price: PlatformSum): Promise<void> {
  if (price.amountCents === 0 || (await canBePaid(kinds, tx, { ...price, hasAccount: true }))) return;
  const channels = await sellingChannels(kinds, tx, platformProviderId, "", price.currency);
  if (channels.length === 0) return;
  throw refusal("price-not-payable", { field: "priceCents" });
}
