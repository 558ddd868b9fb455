/**
 * What staff changed of grants that are long over leaves their sites' feeds: 60 days after the end, when the sites have forgotten the grants.
 * A paused one is not over: its time is given back when it goes on, however late.
 * The log of the changes stays.
 */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

const dayMs = 86_400_000;
const keptAfterEndMs = 60 * dayMs;
/** A transaction's worth. */
const sliceRows = 300;

export function retireChanges({
  world,
  database,
  publish,
}: {
  readonly world: World;
  readonly database: Database;
  readonly publish: Publish;
}): MaintenanceJob {
  async function retireSlice(overMs: number): Promise<number> {
    return database.asPlatform("retire-grant-changes", async (tx) => {
      const rows = await tx
        .selectFrom("grant_changes as change")
        .innerJoin("grant_starts as start", (join) =>
          join
            .onRef("start.provider_id", "=", "change.provider_id")
            .onRef("start.site_id", "=", "change.site_id")
            .onRef("start.grant_id", "=", "change.grant_id"),
        )
        .select(["change.provider_id", "change.site_id", "change.grant_id"])
        .where("start.ends_at_ms", "<", overMs)
        .where("change.changed_at_ms", "<", overMs)
        .where("change.paused_at_ms", "is", null)
        .limit(sliceRows)
        .execute();
      for (const { provider_id: providerId, site_id: siteId, grant_id: key } of rows) {
        const target = { scope: "site", siteId } as const;
        await publish(tx, { providerId, target, kind: "grant-change", key, body: null });
        await tx
          .deleteFrom("grant_changes")
          .where("provider_id", "=", providerId)
          .where("site_id", "=", siteId)
          .where("grant_id", "=", key)
          .execute();
      }
      return rows.length;
    });
  }

  return {
    name: "retire-grant-changes",
    everyMs: dayMs,
    async run() {
      const overMs = world.clock.wall().atMs - keptAfterEndMs;
      let retired = 0;
      for (let count = sliceRows; count === sliceRows; retired += count) count = await retireSlice(overMs);
      return retired === 0 ? "nothing" : `${retired} changes`;
    },
  };
}
