/** Which channel a site sells through, and how its customers pay there. */
import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "./channel.ts";
import type { ChannelKinds } from "./channel-kinds.ts";

type SellingFacts = Pick<ChannelRow, "kind" | "active" | "keysProblem">;

/**
 * Can customers be sent to it now? It is switched on, customers can pay through it alone, and nothing is against its keys: they
 * were accepted, or entered when nobody checked them (`check-channel.ts`).
 */
export const sellsNow = (kinds: ChannelKinds, row: SellingFacts): boolean =>
  !kinds.immediate.includes(row.kind) && row.active && row.keysProblem === null;

/**
 * The channels among which customers of a site choose, the usual one first: those that sell now and move this currency, one for each
 * wallet, the newest; one whose keys nobody has checked comes last. Where the site has its own choice, that one alone.
 */
export async function sellingChannels(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  siteId: string,
  currency: string,
): Promise<ChannelRow[]> {
  const rows = await tx
    .selectFrom("channels")
    .leftJoin("site_channels", (join) =>
      join
        .onRef("site_channels.providerId", "=", "channels.providerId")
        .onRef("site_channels.channelId", "=", "channels.channelId")
        .on("site_channels.siteId", "=", siteId),
    )
    .selectAll("channels")
    .select("site_channels.siteId")
    .where("channels.providerId", "=", providerId)
    .orderBy("channels.channelId", "desc")
    .execute();
  const able = rows.filter((row) => sellsNow(kinds, row) && [null, currency].includes(kinds.currencyOf(row)));
  const chosen = able.find((row) => row.siteId !== null);
  if (chosen !== undefined) return [chosen];
  const isChecked = (row: ChannelRow) => row.keysCheckedAtMs !== null;
  const wallets = new Map<string, ChannelRow>();
  for (const row of [...able.filter(isChecked), ...able.filter((row) => !isChecked(row))]) {
    const { rail } = kinds.factsOf(row.kind);
    if (!wallets.has(rail)) wallets.set(rail, row);
  }
  return [...wallets.values()];
}

/** Can the sites of this provider sell online? Each site's feed row says so. */
export async function sellsOnline(kinds: ChannelKinds, tx: Tx, providerId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("channels")
    .select(["kind", "active", "keysProblem"])
    .where("providerId", "=", providerId)
    .execute();
  return rows.some((row) => sellsNow(kinds, row));
}

/**
 * Hosts that phones of this site must reach to pay: those of the site's own choice of channel, or of all that are switched on. A key that is refused
 * closes none: the router's script would change with each check of the keys.
 */
export async function siteOpenHosts(
  kinds: ChannelKinds,
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
): Promise<string[]> {
  const rows = await tx
    .selectFrom("channels")
    .leftJoin("site_channels", (join) =>
      join
        .onRef("site_channels.providerId", "=", "channels.providerId")
        .onRef("site_channels.channelId", "=", "channels.channelId")
        .on("site_channels.siteId", "=", siteId),
    )
    .select(["channels.kind", "channels.environment", "site_channels.siteId"])
    .where("channels.providerId", "=", providerId)
    .where("channels.active", "=", true)
    .execute();
  const chosen = rows.filter((row) => row.siteId !== null);
  const hosts = (chosen.length > 0 ? chosen : rows).flatMap(
    ({ kind, environment }) => kinds.definitionOf(kind).openHosts?.[environment] ?? [],
  );
  return [...new Set(hosts)].sort();
}

/** The ways to pay that this site's customers choose from. The portal's words follow the chosen one. */
export async function sitePayChannels(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  siteId: string,
  currency: string,
): Promise<PayChannel[]> {
  const rows = await sellingChannels(kinds, tx, providerId, siteId, currency);
  return rows.map(({ channelId, kind }) => {
    const { wallet, pays } = kinds.factsOf(kind);
    return { channelId, name: wallet, paysBy: pays === "page" ? "page" : "phone" };
  });
}
