/** Asks the routers of providers who watch their logs: every five minutes through a site's own agent, every hour where the agent is beside the hub. */
import { Fault } from "@karibu/protocol/fault";
import { logTopicsMax, readRouterLog } from "@karibu/protocol/rpc/router/read-router-log";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { keepLogLines } from "./log-lines.ts";
import { problemOf } from "./read-router.ts";

const minuteMs = 60_000;
/** A little less than the job's own time, so that a site's turn does not slip to the next one. */
const nearMs = 4.5 * minuteMs;
/** Its log comes over the site's own line, some hundred kilobytes. */
const farMs = 59.5 * minuteMs;
/** In one run; the others have the next one. */
const sitesMax = 500;
const atOnce = 10;
const callMsMax = 35_000;

interface Due {
  readonly provider_id: string;
  readonly site_id: string;
  readonly topics: readonly string[];
  readonly next_key: string;
}

export function logWatchJob({
  world,
  database,
  callSite,
  emit,
}: {
  readonly world: World;
  readonly database: Database;
  readonly callSite: CallSite;
  readonly emit: Emit;
}): MaintenanceJob {
  async function askOne({ provider_id: providerId, site_id: siteId, topics, next_key: after }: Due): Promise<number> {
    const question = { topics: topics.slice(0, logTopicsMax), after };
    const told = await callSite(siteId, readRouterLog, question, callMsMax).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      return problemOf(error);
    });
    return database.asProvider(providerId, async (tx) => {
      const nowMs = world.clock.wall().atMs;
      const asked =
        typeof told === "string"
          ? { asked_at_ms: nowMs, problem: told }
          : { asked_at_ms: nowMs, problem: null, next_key: told.next, more: told.more };
      await tx
        .insertInto("router_log_sites")
        .values({ provider_id: providerId, site_id: siteId, ...asked })
        .onConflict((on) => on.columns(["provider_id", "site_id"]).doUpdateSet(asked))
        .execute();
      if (typeof told === "string") return 0;
      const news = await keepLogLines(tx, { providerId, siteId }, told, nowMs);
      if (news > 0) await emit(tx, providerId, { topic: "router", id: siteId, action: "log-lines" });
      return news;
    });
  }

  return {
    name: "watch-router-logs",
    everyMs: 5 * minuteMs,
    hasWork: () => sql<boolean>`exists (select from router_log_watches where is_on)`,
    async run(isEnding = () => false) {
      const nowMs = world.clock.wall().atMs;
      const due = await database.asPlatform("router-logs-due", async (tx) => {
        const { rows } = await sql<Due>`
          select w.provider_id, s.site_id, w.topics, coalesce(l.next_key, '') as next_key
          from router_log_watches w
          join sites s on s.provider_id = w.provider_id and s.deleted_at_ms is null
          join site_links k on k.provider_id = s.provider_id and k.site_id = s.site_id and k.process_id is not null
          left join router_log_sites l on l.provider_id = s.provider_id and l.site_id = s.site_id
          left join hosted_sites h on h.provider_id = s.provider_id and h.site_id = s.site_id
          where w.is_on and coalesce(l.asked_at_ms, 0) <= ${nowMs}::bigint - case when h.site_id is null then ${nearMs}::bigint else ${farMs}::bigint end
          order by coalesce(l.asked_at_ms, 0), s.site_id limit ${sitesMax}`.execute(tx);
        return rows;
      });
      let news = 0;
      for (let at = 0; at < due.length && !isEnding(); at += atOnce)
        for (const count of await Promise.all(due.slice(at, at + atOnce).map(askOne))) news += count;
      return due.length === 0 ? "nothing" : `${due.length} routers, ${news} lines`;
    },
  };
}
