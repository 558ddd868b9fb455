/** Which channel a site sells through, and how its customers pay there. */
import type { Tx } from "../db/database.ts";
import { channelKinds, sellsAlone } from "./channel-kinds.ts";
import type { ChannelRow } from "./channels.ts";

/** The site's own choice, or else the provider's newest, among those that move this currency; null: there is none. */
export async function sellingChannel(
  tx: Tx,
  providerId: string,
  siteId: string,
  currency: string,
): Promise<ChannelRow | null> {
  const rows = await tx
    .selectFrom("channels")
    .leftJoin("site_channels", (join) =>
      join
        .onRef("site_channels.provider_id", "=", "channels.provider_id")
        .onRef("site_channels.channel_id", "=", "channels.channel_id")
        .on("site_channels.site_id", "=", siteId),
    )
    .selectAll("channels")
    .select("site_channels.site_id")
    .where("channels.provider_id", "=", providerId)
    .where("channels.active", "=", true)
    .orderBy("channels.channel_id", "desc")
    .execute();
  const able = rows.filter((row) => sellsAlone(row.kind) && [null, currency].includes(channelKinds[row.kind].currency));
  return able.find((row) => row.site_id !== null) ?? able[0] ?? null;
}

/** Can the sites of this provider sell online? Goes into what each site is told of itself. */
export async function sellsOnline(tx: Tx, providerId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("channels")
    .select("kind")
    .where("provider_id", "=", providerId)
    .where("active", "=", true)
    .execute();
  return rows.some((row) => sellsAlone(row.kind));
}

/** Where this site's customers pay: by a prompt on their phone, or on the channel's own page. The portal's words follow it. */
export async function siteIsPaidBy(
  tx: Tx,
  providerId: string,
  siteId: string,
  currency: string,
): Promise<"phone" | "page"> {
  const channel = await sellingChannel(tx, providerId, siteId, currency);
  return channel !== null && channelKinds[channel.kind].pays === "page" ? "page" : "phone";
}
