import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { onlineByProvider } from "../catalogue/sessions/online-now.ts";
import type { Database } from "../ground/db/database.ts";
import type { MaintenanceJob, RetentionRule } from "../ground/jobs/maintenance-job.ts";
import { keptProviders } from "../tenancy/providers/provider-state.ts";

const minuteMs = 60_000;

/** Counts who is online at each provider, every ten minutes. One index of the live sessions is read, whatever was before. */
export function noteOnline(world: World, database: Database): MaintenanceJob {
  return {
    name: "count-online",
    everyMs: 10 * minuteMs,
    run: () =>
      database.asPlatform("count-online", async (tx) => {
        const nowMs = world.clock.wall().atMs;
        const { numAffectedRows = 0n } = await sql`
          insert into online_counts (provider_id, at_ms, online)
          select p.provider_id, ${nowMs}::bigint, coalesce(live.online, 0)
          from ${keptProviders} p
          left join ${onlineByProvider} live on live.provider_id = p.provider_id
          where p.provider_id <> 'platform'
          on conflict do nothing`.execute(tx);
        return `${numAffectedRows} providers`;
      }),
  };
}

export const onlineCountsKept: RetentionRule = {
  table: "online_counts",
  column: "at_ms",
  keptMs: 8 * 24 * 60 * minuteMs,
};
