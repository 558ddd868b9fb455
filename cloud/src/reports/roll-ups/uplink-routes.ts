/**
 * `/api/v1/site-uplinks/{siteId}`: how fast a site's uplink is. It changes no router and no price, only the report of capacity.
 * Who attacks: nobody gains by it; a wrong speed hides that a site is full, so it wants who may change sites, and stands in the audit log.
 */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { askUplinks } from "./keep-roll-ups.ts";

const params = z.object({ siteId: keySchema });
const fields = {
  /** Null: not known; then the site has no judgement. */
  downKbps: z.int().min(64).max(100_000_000).nullable(),
  /** Of the router, as it calls it. Null: the one that received most. */
  interface: z.string().trim().min(1).max(64).nullable(),
};
export const uplinkView = z.object(fields);

export function uplinkRoutes(world: World) {
  const path = "/api/v1/site-uplinks/{siteId}";
  return [
    route({
      method: "GET",
      path,
      summary: "How fast a site's uplink is, as its provider says",
      permission: "sites.read",
      params,
      response: uplinkView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return readUplink(tx, siteId);
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "Say how fast a site's uplink is",
      permission: "sites.manage",
      params,
      body: z.strictObject(fields),
      response: uplinkView,
      handle: ({ params: { siteId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const before = await readUplink(tx, siteId);
          if (body.downKbps === null) await tx.deleteFrom("site_uplinks").where("siteId", "=", siteId).execute();
          else {
            const row = {
              downKbps: body.downKbps,
              interface: body.interface,
              updatedAtMs: world.clock.wall().atMs,
            };
            await tx
              .insertInto("site_uplinks")
              .values({ providerId, siteId, ...row })
              .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(row))
              .execute();
          }
          if (before.interface !== body.interface) await askUplinks(tx, providerId);
          return readUplink(tx, siteId);
        }),
    }),
  ];
}

async function readUplink(tx: Tx, siteId: string): Promise<z.input<typeof uplinkView>> {
  const row = await tx
    .selectFrom("site_uplinks")
    .select(["downKbps", "interface"])
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  return { downKbps: row?.downKbps ?? null, interface: row?.interface ?? null };
}
