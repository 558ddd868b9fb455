/** `/api/v1/roaming-sites`: the sites that share bought grants, wherever they were bought. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";

const view = z.object({ siteIds: z.array(z.string()) });

export function roamingRoutes(world: World) {
  const path = "/api/v1/roaming-sites";
  return [
    route({
      method: "GET",
      path,
      summary: "The sites that share bought grants",
      permission: "sites.read",
      response: view,
      handle: ({ transact }) => transact(async (tx) => ({ siteIds: await readRoaming(tx) })),
    }),
    route({
      method: "PUT",
      path,
      summary:
        "Sets the sites among which a bought grant may be used: each of them may claim what another one sold, or bridge",
      permission: "sites.manage",
      body: z.strictObject({ siteIds: z.array(z.string().min(1).max(128)).max(1000) }),
      response: view,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          const wanted = [...new Set(body.siteIds)].sort();
          const before = await readRoaming(tx);
          for (const siteId of wanted.filter((one) => !before.includes(one))) {
            await readSite(tx, siteId, "siteIds");
            const row = { providerId, siteId, addedAtMs: world.clock.wall().atMs };
            await tx.insertInto("roaming_sites").values(row).execute();
          }
          const gone = before.filter((one) => !wanted.includes(one));
          if (gone.length > 0) await tx.deleteFrom("roaming_sites").where("siteId", "in", gone).execute();
          return { siteIds: wanted };
        }),
    }),
  ];
}

async function readRoaming(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom("roaming_sites").select("siteId").orderBy("siteId").execute();
  return rows.map((row) => row.siteId);
}
