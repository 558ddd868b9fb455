/** The API of the channel that a site sells through. */
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import type { ChannelRow } from "./channel.ts";
import type { ChannelKinds } from "./channel-kinds.ts";
import { readChannel } from "./channel-rows.ts";

const params = z.object({ id: z.string().min(1).max(128) });
const path = "/api/v1/sites/{id}/channel";

export function siteChannelRoutes(
  kinds: ChannelKinds,
  channelsChanged: (tx: Tx, providerId: string) => Promise<void>,
): Route[] {
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
          const chosen = tx.selectFrom("site_channels").select("channel_id").where("site_id", "=", params.id);
          return { channelId: (await chosen.executeTakeFirst())?.channel_id ?? null };
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "The channel that a site sells through; null: the provider's newest",
      permission: "channels.manage",
      params,
      body: z.strictObject({ channelId: z.string().min(1).max(128).nullable() }),
      response: z.object({ channelId: z.string().nullable() }),
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, params.id);
          await tx
            .deleteFrom("site_channels")
            .where("provider_id", "=", providerId)
            .where("site_id", "=", params.id)
            .execute();
          const { channelId } = body;
          if (channelId !== null) {
            refuseNotSelling(kinds, await readChannel(tx, providerId, channelId));
            await tx
              .insertInto("site_channels")
              .values({ provider_id: providerId, site_id: params.id, channel_id: channelId })
              .execute();
          }
          await channelsChanged(tx, providerId);
          return { channelId };
        }),
    }),
  ];
}

/** A site that chose such a channel would sell through another one, and nobody would know. */
function refuseNotSelling(kinds: ChannelKinds, row: ChannelRow): void {
  const refuse = (code: string, why: string) =>
    new Problem(422, code, `channelId: “${row.name}” ${why}.`, { field: "channelId" });
  if (kinds.immediate.includes(row.kind)) {
    throw refuse("not-for-customers", "is taken by your staff: no customer can pay through it");
  }
  if (!row.active) throw refuse("channel-off", "is switched off");
  if (row.keys_problem !== null) throw refuse("keys-problem", "does not sell: its keys have to be accepted first");
}
