/** The API of the channel that a site sells through. */
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { ChannelRow } from "./channel.ts";
import type { ChannelKinds } from "./channel-kinds.ts";
import { readChannel } from "./channel-rows.ts";

const params = z.object({ id: z.string().min(1).max(128) });
const path = "/api/v1/sites/{id}/channel";

export function siteChannelRoutes(kinds: ChannelKinds, channelsChanged: (tx: Tx, providerId: string) => Promise<void>) {
  return [
    route({
      method: "GET",
      path,
      summary: "The channel that a site was told to sell through; null: the provider's newest",
      permission: "channels.read",
      params,
      response: z.object({ channelId: z.string().nullable() }),
      handle: ({ params, transact }) =>
        transact(async (tx) => {
          await readSite(tx, params.id);
          const chosen = tx.selectFrom("site_channels").select("channelId").where("siteId", "=", params.id);
          return { channelId: (await chosen.executeTakeFirst())?.channelId ?? null };
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "The channel that a site sells through; null: the provider's newest",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params,
      body: z.strictObject({ channelId: z.string().min(1).max(128).nullable() }),
      response: z.object({ channelId: z.string().nullable() }),
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, params.id);
          await tx
            .deleteFrom("site_channels")
            .where("providerId", "=", providerId)
            .where("siteId", "=", params.id)
            .execute();
          const { channelId } = body;
          if (channelId !== null) {
            refuseNotSelling(kinds, await readChannel(tx, providerId, channelId));
            await tx.insertInto("site_channels").values({ providerId, siteId: params.id, channelId }).execute();
          }
          await channelsChanged(tx, providerId);
          return { channelId };
        }),
    }),
  ];
}

/** A site that chose such a channel would sell through another one, and nobody would know. */
function refuseNotSelling(kinds: ChannelKinds, row: ChannelRow): void {
  const facts = { field: "channelId", value: row.name };
  if (kinds.immediate.includes(row.kind)) throw refusal("not-for-customers", facts);
  if (!row.active) throw refusal("channel-off", { status: 422, ...facts });
  if (row.keysProblem !== null) throw refusal("keys-problem", facts);
}
