/** Outages of sites: found, told to the customers of the site, and told again when it is over. */
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { HubModule } from "../hub-module.ts";
import { outageRoutes } from "./outage-routes.ts";
import { lookAtOutages, type OutageParts } from "./outages.ts";
import { personalData } from "./personal-data.ts";
import { outagesWaiting } from "./waiting.ts";

export const outageNotices = {
  personalData,
  retention: [{ table: "outages", column: "changed_at_ms", keptMs: 400 * 86_400_000, only: "until_ms is not null" }],
  recurring: ["tell-of-outages"],
  waiting: outagesWaiting,
  keptOutages: (providerId) => sql`select site_id, since_ms, until_ms from outages
    where provider_id = ${providerId} and kind = 'outage' and until_ms is not null
    order by since_ms desc, outage_id desc limit 50`,
  open: (parts) => ({ routes: outageRoutes(parts), maintenance: [tellOfOutages(parts)] }),
} satisfies HubModule;

/** Each minute somebody looks which sites are away, which are back, and who is to be told. */
function tellOfOutages(parts: OutageParts & { readonly database: Database }): MaintenanceJob {
  const { clock } = parts.world;
  const startedMs = clock.monotonicMs();
  return {
    name: "tell-of-outages",
    everyMs: 60_000,
    hasWork: () => sql<boolean>`(exists (select from outage_rules where mode <> 'off')
      or exists (select from outages where kind = 'outage' and until_ms is null)
      or exists (select from outage_notices where state = 'waiting'))`,
    async run() {
      const providers = await parts.database.asPlatform("tell-of-outages", async (tx) => {
        const ruled = await tx.selectFrom("outage_rules").select("providerId").where("mode", "<>", "off").execute();
        // Of who switched it off too: what was open then ends.
        const open = await tx
          .selectFrom("outages")
          .select("providerId")
          .where("kind", "=", "outage")
          .where("untilMs", "is", null)
          .distinct()
          .execute();
        const waiting = await tx
          .selectFrom("outage_notices")
          .select("providerId")
          .where("state", "=", "waiting")
          .distinct()
          .execute();
        return [...new Set([...ruled, ...open, ...waiting].map((row) => row.providerId))].map((providerId) => ({
          providerId,
        }));
      });
      // By the clock that nobody sets: a machine that had no time when it started gets the right one some moments later, hours ahead.
      const hubUpMs = clock.wall().atMs - (clock.monotonicMs() - startedMs);
      const sent = await eachInTurn(parts.world, "tell-of-outages", providers, ({ providerId }) =>
        parts.database.asProvider(providerId, (tx) => lookAtOutages(parts, tx, providerId, hubUpMs)),
      );
      return `${sent} customers were told`;
    },
  };
}
