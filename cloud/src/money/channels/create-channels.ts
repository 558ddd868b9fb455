/** The room of payment channels: what they are, their keys, and which one a site sells through. */
import type { Tx } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { type ChannelRouteParts, channelRoutes } from "./channel-routes.ts";
import { type ChannelServiceParts, type Channels, type ChannelsSettings, createChannelService } from "./channels.ts";
import type { NewChannel } from "./key-fields.ts";

export interface ChannelsRoom {
  readonly channels: Channels;
  /** For set-up by program (the sample provider). @returns the channel's id */
  createChannel(tx: Tx, providerId: string, channel: NewChannel): Promise<string>;
  /** @param above what rooms above this one do when a channel changes, and what they know of it */
  mount(above: Pick<ChannelRouteParts, "initiatorChanged" | "countWaiting" | "healthOf" | "troublesOf">): District;
}

export type ChannelsRoomParts = ChannelServiceParts & Pick<ChannelRouteParts, "channelsChanged">;

export function createChannels(parts: ChannelsRoomParts, settings: ChannelsSettings): ChannelsRoom {
  const { world, channelsChanged } = parts;
  const channels = createChannelService(parts, settings);
  return {
    channels,
    async createChannel(tx, providerId, channel) {
      const row = await channels.create(tx, providerId, channel, null);
      await channelsChanged(tx, providerId);
      return row.channelId;
    },
    mount: (above) => ({
      routes: channelRoutes({ world, channels, publicUrl: settings.publicUrl, channelsChanged, ...above }),
    }),
  };
}
