/** Asks the routers of providers who watch their logs: every five minutes through a site's own agent, every hour where the agent is beside the hub. */
import { Fault } from "@karibu/protocol/fault";
import { logTopicsMax } from "@karibu/protocol/router/log-topics";
import { readRouterLog } from "@karibu/protocol/rpc/router/read-router-log";
import { storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql, type Updateable } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { isLinked } from "../link/site-links.ts";
import { keepLogLines } from "./log-lines.ts";
import { type Place, problemOf } from "./read-router.ts";

const minuteMs = 60_000;
/** A little less than the job's own time, so that a site's turn does not slip to the next one. */
const nearMs = 4.5 * minuteMs;
/** Its log comes over the site's own line, some hundred kilobytes. */
const farMs = 59.5 * minuteMs;
/** In one run; the others have the next one. */
const sitesMax = 500;
const atOnce = 10;
const callMsMax = 35_000;
/** After it no other router is asked in this run: back-ups and retention wait for it. Who was not asked comes first in the next one. */
const runMsMax = 60_000;

interface Due {
  readonly providerId: string;
  readonly siteId: string;
  readonly topics: readonly string[];
  readonly nextKey: string;
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
  /** Its turn is noted before it is asked, and for itself: whatever its router tells, the next run begins with others. */
  async function askOne({ providerId, siteId, topics, nextKey: after }: Due): Promise<number> {
    await database.asProvider(providerId, (tx) =>
      noteSite(tx, { providerId, siteId }, { askedAtMs: world.clock.wall().atMs }),
    );
    const question = { topics: topics.slice(0, logTopicsMax), after };
    const told = await callSite(siteId, readRouterLog, question, callMsMax).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      return problemOf(error);
    });
    return database.asProvider(providerId, async (tx) => {
      const nowMs = world.clock.wall().atMs;
      const outcome =
        typeof told === "string"
          ? { problem: told }
          : { problem: null, nextKey: storableText(told.next), more: told.more };
      await noteSite(tx, { providerId, siteId }, { askedAtMs: nowMs, ...outcome });
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
          left join router_log_sites l on l.provider_id = s.provider_id and l.site_id = s.site_id
          left join hosted_sites h on h.provider_id = s.provider_id and h.site_id = s.site_id
          cross join lateral (
            -- One that was asked in days to come was asked by a clock that was ahead.
            select case when l.asked_at_ms <= ${nowMs + processClockSlackMs}::bigint then l.asked_at_ms else 0 end as at_ms) asked
          where w.is_on and ${isLinked("s")} and asked.at_ms <= ${nowMs}::bigint - case when h.site_id is null then ${nearMs}::bigint else ${farMs}::bigint end
          order by asked.at_ms, s.site_id limit ${sitesMax}`.execute(tx);
        return rows;
      });
      if (due.length === 0) return "nothing";
      const endsAtMs = world.clock.monotonicMs() + runMsMax;
      const left = due.values();
      const failed: unknown[] = [];
      let asked = 0;
      let news = 0;
      const askOthers = async () => {
        while (!isEnding() && world.clock.monotonicMs() < endsAtMs) {
          const next = left.next();
          if (next.done) return;
          asked++;
          // The trouble of one does not hold the others up.
          await askOne(next.value).then(
            (count) => {
              news += count;
            },
            (error: unknown) => {
              const { providerId, siteId } = next.value;
              world.log.error("router-log-not-kept", { providerId, siteId, error: String(error) });
              failed.push(error);
            },
          );
        }
      };
      await Promise.all(Array.from({ length: atOnce }, askOthers));
      if (failed.length > 0) throw failed[0];
      return `${asked} of ${due.length} routers, ${news} lines`;
    },
  };
}

function noteSite(
  tx: Tx,
  { providerId, siteId }: Place,
  change: Updateable<Schema["router_log_sites"]> & { readonly askedAtMs: number },
) {
  return tx
    .insertInto("router_log_sites")
    .values({ providerId, siteId, ...change })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(change))
    .execute();
}
