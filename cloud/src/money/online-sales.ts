/** What each site's feed row says about online sales, and what its router opens for them. */
import type { OnlineSales } from "../fleet/sites/sites.ts";
import { channelList } from "./channel-list.ts";
import { createChannelKinds } from "./channels/channel-kinds.ts";
import { sellsOnline, siteOpenHosts, sitePayChannels } from "./channels/selling-channel.ts";
import { openPrompts } from "./purchases/purchase-rows.ts";

const kinds = createChannelKinds(channelList);

export const onlineSales: OnlineSales = {
  isOpen: (tx, providerId) => sellsOnline(kinds, tx, providerId),
  channels: (tx, providerId, siteId, currency) => sitePayChannels(kinds, tx, providerId, siteId, currency),
  openPrompts,
  openHosts: (tx, place) => siteOpenHosts(kinds, tx, place),
};
