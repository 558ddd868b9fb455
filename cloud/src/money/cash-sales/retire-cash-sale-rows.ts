/**
 * A row of the feed that disables a cash sale stays as long as the sale could be used without it. After that the site needs no word
 * about it: a sale whose package is long over is refused for that. The row becomes a tombstone, as a deleted plan's or a moved
 * lease's does, and goes with the tombstones. A sale that was never begun, and has no date that ends it, keeps its row.
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { toldRows } from "../../ground/feed/told-rows.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";

const dayMs = 86_400_000;
/** Clock corrections and late reports of a site come within this time; the site itself keeps an ended grant for as long. */
const keptAfterEndMs = 60 * dayMs;
/** A transaction's worth. */
const sliceRows = 500;

interface Over {
  readonly providerId: string;
  readonly siteId: string;
  readonly grantId: string;
}

export function retireCashSaleRows({
  world,
  database,
  publish,
}: {
  readonly world: World;
  readonly database: Database;
  readonly publish: Publish;
}): MaintenanceJob {
  const retireSlice = () =>
    database.asPlatform("retire-cash-sale-rows", async (tx) => {
      const overMs = world.clock.wall().atMs - keptAfterEndMs;
      const { rows } = await sql<Over>`
        select sale.provider_id, sale.site_id, sale.grant_id from cash_sales sale
        join ${toldRows("cash-sale")} told on told.provider_id = sale.provider_id and told.scope = 'site:' || sale.site_id
          and told.key = sale.grant_id
        left join grant_starts start on start.provider_id = sale.provider_id and start.grant_id = sale.grant_id
          and start.site_id = sale.site_id
        where sale.disabled_at_ms < ${overMs}::bigint
          and least(start.ends_at_ms, (sale.terms->>'validUntilMs')::bigint) < ${overMs}::bigint
        order by sale.provider_id, sale.site_id, sale.grant_id limit ${sliceRows}`.execute(tx);
      for (const { providerId, siteId, grantId: key } of rows)
        await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "cash-sale", key, body: null });
      return rows.length;
    });
  return {
    name: "retire-cash-sale-rows",
    everyMs: dayMs,
    async run() {
      const retired = await untilNone(retireSlice);
      return retired === 0 ? "nothing" : `${retired} rows`;
    },
  };
}
