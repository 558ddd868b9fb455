/** Pushes where this module is off: nothing is sent, so what waits is given up. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

/** Nobody else would hear of an alarm until it is known that its push does not arrive. */
export const restPush = (world: World, database: Database): MaintenanceJob => ({
  name: "rest-push",
  everyMs: 5 * 60_000,
  hasWork: () => sql<boolean>`exists (select from push_deliveries where state = 'waiting')`,
  run: () =>
    database.asPlatform("rest-push", async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable("push_deliveries")
        .set({ state: "failed", changedAtMs: world.clock.wall().atMs })
        .where("state", "=", "waiting")
        .executeTakeFirst();
      return `${numUpdatedRows} pushes given up`;
    }),
});
