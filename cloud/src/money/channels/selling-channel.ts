/** Which channel a site sells through, and how its customers pay there. */
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "./channel-kinds.ts";
import type { ChannelRow } from "./tables.ts";

type SellingFacts = Pick<ChannelRow, "kind" | "active" | "keys_problem">;

/**
 * Can customers be sent to it now? It is switched on, customers can pay through it alone, and nothing is against its keys: they
 * were accepted, or entered when nobody checked them (`check-channel.ts`).
 */
export const sellsNow = (kinds: ChannelKinds, row: SellingFacts): boolean =>
  !kinds.immediate.includes(row.kind) && row.active && row.keys_problem === null;

/**
 * The site's own choice, or else the provider's newest, among the channels that sell now and move this currency. A channel whose
 * keys nobody has checked comes last. Null: there is none.
 */
export async function sellingChannel(
  kinds: ChannelKinds,
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
  const able = rows.filter(
    (row) => sellsNow(kinds, row) && [null, currency].includes(kinds.factsOf(row.kind).currency),
  );
  const chosen = able.find((row) => row.site_id !== null);
  return chosen ?? able.find((row) => row.keys_checked_at_ms !== null) ?? able[0] ?? null;
}

/** Can the sites of this provider sell online? Each site's feed row says so. */
export async function sellsOnline(kinds: ChannelKinds, tx: Tx, providerId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("channels")
    .select(["kind", "active", "keys_problem"])
    .where("provider_id", "=", providerId)
    .execute();
  return rows.some((row) => sellsNow(kinds, row));
}

/** How this site's customers pay: by a prompt on their phone, or on the channel's own page. The portal's words follow it. */
export async function sitePaysBy(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  siteId: string,
  currency: string,
): Promise<"phone" | "page"> {
  const channel = await sellingChannel(kinds, tx, providerId, siteId, currency);
  return channel !== null && kinds.factsOf(channel.kind).pays === "page" ? "page" : "phone";
}
