/**
 * What staff changed of grants that are long over leaves their sites' feeds: 60 days after the end, when the sites have forgotten the grants.
 * A paused one is not over: its time is given back when it goes on, however late.
 * The log of the changes stays. What their customers did against theft goes at the same time.
 */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { forgetGuard } from "./code-guards.ts";

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
            .onRef("start.providerId", "=", "change.providerId")
            .onRef("start.siteId", "=", "change.siteId")
            .onRef("start.grantId", "=", "change.grantId"),
        )
        .select(["change.providerId", "change.siteId", "change.grantId"])
        .where("start.endsAtMs", "<", overMs)
        .where("change.changedAtMs", "<", overMs)
        .where("change.pausedAtMs", "is", null)
        .limit(sliceRows)
        .execute();
      for (const { providerId, siteId, grantId: key } of rows) {
        const target = { scope: "site", siteId } as const;
        await publish(tx, { providerId, target, kind: "grant-change", key, body: null });
        await tx
          .deleteFrom("grant_changes")
          .where("providerId", "=", providerId)
          .where("siteId", "=", siteId)
          .where("grantId", "=", key)
          .execute();
      }
      return rows.length;
    });
  }

  async function retireGuards(overMs: number): Promise<number> {
    return database.asPlatform("retire-grant-changes", async (tx) => {
      const guards = await tx
        .selectFrom("code_guards as guard")
        .innerJoin("grant_starts as start", (join) =>
          join
            .onRef("start.providerId", "=", "guard.providerId")
            .onRef("start.siteId", "=", "guard.siteId")
            .onRef("start.grantId", "=", "guard.grantId"),
        )
        .selectAll("guard")
        .where("start.endsAtMs", "<", overMs)
        .where("guard.guardedAtMs", "<", overMs)
        .limit(sliceRows)
        .execute();
      for (const guard of guards) await forgetGuard(publish, tx, guard);
      return guards.length;
    });
  }

  return {
    name: "retire-grant-changes",
    everyMs: dayMs,
    async run() {
      const overMs = world.clock.wall().atMs - keptAfterEndMs;
      let retired = 0;
      for (let count = sliceRows; count === sliceRows; retired += count) count = await retireSlice(overMs);
      for (let count = sliceRows; count === sliceRows; retired += count) count = await retireGuards(overMs);
      return retired === 0 ? "nothing" : `${retired} changes`;
    },
  };
}
