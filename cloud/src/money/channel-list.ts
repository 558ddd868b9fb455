/** The payment channels that the hub has. A new channel is a folder below `channels/` and a row here. */
import { airtel } from "./channels/airtel/channel.ts";
import { cash } from "./channels/cash/channel.ts";
import type { ChannelDefinition } from "./channels/channel-contract.ts";
import { credit } from "./channels/credit/channel.ts";
import { daraja } from "./channels/daraja/channel.ts";
import { mtn } from "./channels/mtn/channel.ts";
import { pesapal } from "./channels/pesapal/channel.ts";
import { stripe } from "./channels/stripe/channel.ts";

export const channelList: readonly ChannelDefinition[] = [daraja, airtel, mtn, pesapal, stripe, cash, credit];
