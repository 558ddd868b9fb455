/** Books the shares of what was sold since, for all providers, one after the other. */
import type { Database } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { accrue, type VenueParts } from "./accrue.ts";

const everyMs = 5 * 60_000;

export function bookSharesJob(parts: VenueParts & { readonly database: Database }): MaintenanceJob {
  return {
    name: "book-venue-shares",
    everyMs,
    async run() {
      const providers = await parts.database.asPlatform("book-venue-shares", (tx) =>
        tx.selectFrom("venue_shares").select("providerId").distinct().execute(),
      );
      const booked = await eachInTurn(parts.world, "book-venue-shares", providers, ({ providerId }) =>
        parts.database.asProvider(providerId, (tx) => accrue(parts, tx, providerId)),
      );
      return `${booked} sales had a share`;
    },
  };
}
