/**
 * What a site hears of a voucher that began there, in its own feed. A batch's own rows end with the site's following of the batch; what began there
 * runs on from the site's copy, and must end when the hub disables it. So every disabled voucher has a row at each site where it began, whether
 * that site still follows the batch or not.
 */

import type { VoucherBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { toldRows } from "../../ground/feed/told-rows.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";

interface Place {
  readonly providerId: string;
  readonly batchId: string;
  readonly serial: number;
}

const dayMs = 86_400_000;
/** Clock corrections and late reports of a site come within this time; the site itself keeps an ended grant for as long. */
const keptAfterEndMs = 60 * dayMs;
/** A transaction's worth. */
const sliceRows = 500;

/** The voucher was disabled, or enabled (null). The batch's row must be locked: first uses that the hub hears of meanwhile wait (`tellLateUses`). */
export async function tellWhereBegun(
  publish: Publish,
  tx: Tx,
  { providerId, batchId, serial }: Place,
  body: VoucherBody | null,
): Promise<void> {
  const sites = await tx
    .selectFrom("voucher_redemptions")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .orderBy("siteId")
    .execute();
  for (const { siteId } of sites) await tellSite(publish, tx, { providerId, batchId, serial, siteId }, body);
}

/** The hub hears of first uses, of vouchers that may be disabled by now: a site may be away for days. Three statements for any number of uses. */
export async function tellLateUses(
  publish: Publish,
  tx: Tx,
  providerId: string,
  uses: readonly { readonly siteId: string; readonly batchId: string; readonly serial: number }[],
): Promise<void> {
  const batches = [...new Set(uses.map(({ batchId }) => batchId))].sort();
  // Who disables one of them at this moment waits, and then sees these uses; or has done it, and it is seen here.
  await sql`
    select from voucher_batches where provider_id = ${providerId} and batch_id = any(${batches}::text[])
    order by batch_id for share`.execute(tx);
  const { rows } = await sql<{ siteId: string; batchId: string; serial: number; atMs: number }>`
    select distinct f."siteId" as site_id, e.batch_id, e.serial, e.at_ms
    from ${recordset("f", uses, { siteId: "text", batchId: "text", serial: "bigint" })}
    join voucher_exceptions e on e.provider_id = ${providerId} and e.batch_id = f."batchId" and e.serial = f.serial
      and e.state = 'disabled'
    order by 1, 2, 3`.execute(tx);
  for (const { siteId, batchId, serial, atMs } of rows)
    await tellSite(publish, tx, { providerId, batchId, serial, siteId }, { state: "disabled", atMs: unixMs(atMs) });
}

function tellSite(
  publish: Publish,
  tx: Tx,
  { providerId, batchId, serial, siteId }: Place & { readonly siteId: string },
  body: VoucherBody | null,
): Promise<void> {
  const target = { scope: "site", siteId } as const;
  return publish(tx, { providerId, target, kind: "voucher", key: `${batchId}/${serial}`, body });
}

/** Rows of what is long over leave the sites' feeds. One that has no date that ends it keeps its row. */
export function retireBegunVoucherRows({
  world,
  database,
  publish,
}: {
  readonly world: World;
  readonly database: Database;
  readonly publish: Publish;
}): MaintenanceJob {
  const retireSlice = () =>
    database.asPlatform("retire-begun-voucher-rows", async (tx) => {
      const overMs = world.clock.wall().atMs - keptAfterEndMs;
      const { rows } = await sql<{ providerId: string; siteId: string; batchId: string; serial: number }>`
        select used.provider_id, used.site_id, used.batch_id, used.serial from voucher_exceptions off
        join voucher_redemptions used using (provider_id, batch_id, serial)
        join grant_starts start using (provider_id, site_id, grant_id)
        join ${toldRows("voucher")} told on told.provider_id = used.provider_id and told.scope = 'site:' || used.site_id
          and told.key = used.batch_id || '/' || used.serial
        where off.state = 'disabled' and off.at_ms < ${overMs}::bigint and start.ends_at_ms < ${overMs}::bigint
        order by 1, 2, 3, 4 limit ${sliceRows}`.execute(tx);
      for (const { providerId, siteId, batchId, serial } of rows)
        await tellSite(publish, tx, { providerId, batchId, serial, siteId }, null);
      return rows.length;
    });
  return {
    name: "retire-begun-voucher-rows",
    everyMs: dayMs,
    async run() {
      const retired = await untilNone(retireSlice);
      return retired === 0 ? "nothing" : `${retired} rows`;
    },
  };
}

/** How many codes of each of these batches began, as far as the hub has heard; a batch of which none did is not there. One index, one statement. */
export async function countBegun(tx: Tx, batchIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (batchIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("voucher_redemptions")
    .select(["batchId", sql<number>`count(distinct serial)`.as("used")])
    .where("batchId", "in", [...batchIds])
    .groupBy("batchId")
    .execute();
  return new Map(rows.map(({ batchId, used }) => [batchId, Number(used)]));
}
