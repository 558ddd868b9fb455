/** Which channel a site sells through, and how its customers pay there. */
import type { Tx } from "../../ground/db/database.ts";
import { channelKinds, sellsAlone } from "./channel-kinds.ts";
import type { ChannelRow } from "./tables.ts";

/**
 * Can customers be sent to it now? Switched on, and nothing against its keys: they were accepted, or entered when nobody
 * asked (`check-channel.ts`).
 */
export const sellsNow = (row: Pick<ChannelRow, "kind" | "active" | "keys_problem">): boolean =>
  sellsAlone(row.kind) && row.active && row.keys_problem === null;

/**
 * The site's own choice, or else the provider's newest, among those that sell now and move this currency; null: there is none.
 * One whose keys nobody ever checked comes last.
 */
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
    .orderBy("channels.channel_id", "desc")
    .execute();
  const able = rows.filter((row) => sellsNow(row) && [null, currency].includes(channelKinds[row.kind].currency));
  const chosen = able.find((row) => row.site_id !== null);
  return chosen ?? able.find((row) => row.keys_checked_at_ms !== null) ?? able[0] ?? null;
}

/** Can the sites of this provider sell online? Goes into what each site is told of itself. */
export async function sellsOnline(tx: Tx, providerId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("channels")
    .select(["kind", "active", "keys_problem"])
    .where("provider_id", "=", providerId)
    .execute();
  return rows.some(sellsNow);
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
