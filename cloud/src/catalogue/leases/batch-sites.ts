/** `PUT /api/v1/vouchers/batches/{batchId}/sites`: where a batch may be redeemed in addition to its home site. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { readBatch } from "../vouchers/batches.ts";

const id = z.string().min(1).max(128);
const sitesView = z.object({ homeSiteId: z.string().nullable(), siteIds: z.array(z.string()) });

export function batchSiteRoutes(world: World, publish: Publish) {
  const params = z.object({ batchId: id });
  return [
    route({
      method: "GET",
      path: "/api/v1/vouchers/batches/{batchId}/sites",
      summary: "Where a batch may be redeemed",
      permission: "vouchers.read",
      params,
      response: sitesView,
      handle: ({ params: { batchId }, transact }) => transact((tx) => readSites(tx, batchId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/vouchers/batches/{batchId}/sites",
      summary:
        "Set where a batch may be redeemed in addition to its home site: those sites claim a voucher's lease, or bridge",
      permission: "vouchers.manage",
      params,
      body: z.strictObject({ siteIds: z.array(id).max(1000) }),
      response: sitesView,
      handle: ({ params: { batchId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await setSites(world, publish, tx, { providerId, batchId, siteIds: [...new Set(body.siteIds)] });
          return await readSites(tx, batchId);
        }),
    }),
  ];
}

/** It redeemed the batch before the back-up that was restored. */
export async function adoptBatchSite(
  world: World,
  tx: Tx,
  { providerId, batchId, siteId }: { readonly providerId: string; readonly batchId: string; readonly siteId: string },
): Promise<void> {
  const row = { providerId, batchId, siteId, addedAtMs: world.clock.wall().atMs };
  await tx
    .insertInto("batch_sites")
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute();
}

async function readSites(tx: Tx, batchId: string): Promise<z.input<typeof sitesView>> {
  const batch = await readBatch(tx, batchId);
  const rows = await tx
    .selectFrom("batch_sites")
    .select("siteId")
    .where("batchId", "=", batchId)
    .orderBy("siteId")
    .execute();
  return { homeSiteId: batch.homeSiteId, siteIds: rows.map((row) => row.siteId) };
}

/** Sites that are removed delete the batch. Vouchers that began there continue from the site's copy. */
async function setSites(
  world: World,
  publish: Publish,
  tx: Tx,
  { providerId, batchId, siteIds }: { providerId: string; batchId: string; siteIds: readonly string[] },
): Promise<void> {
  // Two lists that are opened to one site at once, or one while another is taken over there: the later one must see the earlier one.
  await lockProvider(tx, providerId);
  const { homeSiteId, siteIds: before } = await readSites(tx, batchId);
  if (homeSiteId !== null && siteIds.includes(homeSiteId)) throw refusal("home-site", { field: "siteIds" });
  const added = siteIds.filter((siteId) => !before.includes(siteId));
  const gone = before.filter((siteId) => !siteIds.includes(siteId));
  if (await isListedAt(tx, batchId, added)) throw refusal("codes-overlap", { field: "siteIds" });
  for (const siteId of added) {
    await readSite(tx, siteId, "siteIds");
    const row = { providerId, batchId, siteId, addedAtMs: world.clock.wall().atMs };
    await tx.insertInto("batch_sites").values(row).execute();
  }
  for (const siteId of gone)
    await tx.deleteFrom("batch_sites").where("batchId", "=", batchId).where("siteId", "=", siteId).execute();
  for (const siteId of [...added, ...gone].sort())
    await publish(tx, {
      providerId,
      target: { scope: "site", siteId },
      kind: "follow",
      key: batchId,
      body: added.includes(siteId) ? { batchId } : null,
    });
}

/** Is a code of this list in another one at these sites? Two other systems may have sold the same text: at one site it must have one plan. All listed batches of a provider have one key, so hashes tell. */
export async function isListedAt(tx: Tx, batchId: string, siteIds: readonly string[]): Promise<boolean> {
  const found = await tx
    .selectFrom("listed_codes as own")
    .innerJoin("listed_codes as other", (join) =>
      join.onRef("other.providerId", "=", "own.providerId").onRef("other.hash", "=", "own.hash"),
    )
    .innerJoin("voucher_batches as batch", (join) =>
      join.onRef("batch.providerId", "=", "other.providerId").onRef("batch.batchId", "=", "other.batchId"),
    )
    .leftJoin("batch_sites as more", (join) =>
      join.onRef("more.providerId", "=", "batch.providerId").onRef("more.batchId", "=", "batch.batchId"),
    )
    .select("own.serial")
    .where("own.batchId", "=", batchId)
    .where("other.batchId", "<>", batchId)
    .where((is) => is.or([is("batch.homeSiteId", "in", [...siteIds, ""]), is("more.siteId", "in", [...siteIds, ""])]))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
