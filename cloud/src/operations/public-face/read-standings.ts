/** Judges the hub's parts each minute and keeps since when each is so; reads what was judged, for the status page. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { linkState, sitesWithLinks } from "../../fleet/link/site-state.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { oldestJobAtMs } from "../../ground/jobs/job-figures.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { textsSentSince } from "../../messaging/texts-sent.ts";
import { isCircuitOpen } from "../../money/channel-health/circuit.ts";
import { failsCustomersIn } from "../../money/channel-health/troubles.ts";
import { channelsThatSell } from "../../money/channels/channel-figures.ts";
import { providerIs } from "../../tenancy/providers/provider-state.ts";
import { measureLatencyMs } from "../health/part-facts.ts";
import { judgePublicParts, type PublicFacts, type PublicPart, type Standing } from "./status-policy.ts";

const hourMs = 3_600_000;

export function judgeStandingsJob(world: World, database: Database): MaintenanceJob {
  return {
    name: "judge-public-status",
    everyMs: 60_000,
    async run() {
      const databaseMs = await measureLatencyMs(world, database);
      const nowMs = world.clock.wall().atMs;
      return database.asPlatform("public-status", async (tx) => {
        const judged = judgePublicParts({ databaseMs, ...(await readFacts(tx, nowMs)) });
        const parts = Object.keys(judged) as PublicPart[];
        await tx
          .insertInto("public_standings")
          .values(parts.map((part) => ({ part, state: judged[part], sinceMs: nowMs, judgedAtMs: nowMs })))
          .onConflict((conflict) =>
            conflict.column("part").doUpdateSet((is) => ({
              state: is.ref("excluded.state"),
              judgedAtMs: nowMs,
              sinceMs: sql<number>`case when public_standings.state = excluded.state
                then public_standings.since_ms else excluded.since_ms end`,
            })),
          )
          .execute();
        return Object.entries(judged)
          .map(([part, state]) => `${part} ${state}`)
          .join(", ");
      });
    },
  };
}

async function readFacts(tx: Tx, nowMs: number): Promise<Omit<PublicFacts, "databaseMs">> {
  const { rows } = await sql<Record<string, number | null>>`
    with channel as (
      select c.provider_id, c.is_refused or ${isCircuitOpen("c", nowMs)} or ${failsCustomersIn("c")} as fails
      from ${channelsThatSell} c where ${providerIs("c", "active")}
    ), message as (
      select provider_id, has_failed as fails from ${textsSentSince(nowMs - hourMs)} sent
    ), site as (
      select sites.provider_id, ${linkState} as state from ${sitesWithLinks} where sites.deleted_at_ms is null
    ), known as (select provider_id, state = 'offline' as fails from site where state in ('online', 'offline'))
    select ${oldestJobAtMs} as "oldestJob",
      (select count(distinct provider_id) from channel) as "channelProviders", (select count(*) from channel) as "channelAll",
      (select count(*) from channel where fails) as "channelFailing",
      (select count(distinct provider_id) from message) as "messageProviders", (select count(*) from message) as "messageAll",
      (select count(*) from message where fails) as "messageFailing",
      (select count(distinct provider_id) from known) as "siteProviders", (select count(*) from known) as "siteAll",
      (select count(*) from known where fails) as "siteFailing"`.execute(tx);
  const figure = (name: string) => Number(rows[0]?.[name] ?? 0);
  const share = (name: string) => ({
    providers: figure(`${name}Providers`),
    all: figure(`${name}All`),
    failing: figure(`${name}Failing`),
  });
  const oldest = rows[0]?.oldestJob ?? null;
  return {
    oldestJobMs: oldest === null ? null : Math.max(0, nowMs - Number(oldest)),
    channels: share("channel"),
    messages: share("message"),
    sites: share("site"),
  };
}

/** What was judged last; at most one row a part. */
export async function readStoredStandings(tx: Tx): Promise<Standing[]> {
  const rows = await tx.selectFrom("public_standings").selectAll().limit(20).execute();
  return rows.map((row) => ({
    part: row.part,
    state: row.state,
    sinceMs: row.sinceMs,
    judgedAtMs: row.judgedAtMs,
  }));
}
