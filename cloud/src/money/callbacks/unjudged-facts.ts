/**
 * Facts that were kept and not judged. A process that is killed takes the jobs in its hands along: the queue gives them out
 * again only when their time has run out, two minutes later, while a customer waits. So who starts looks for such facts
 * first, and the sweep does now and then. Judging twice does nothing.
 */

import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { resultJob } from "../channels/async-calls.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { unjudged } from "../evidence/unjudged.ts";
import { routeJob } from "../matching/route-inflow.ts";

const atOnce = 5000;

/** @param olderThanMs younger facts are left alone: their jobs are on their way */
export async function processLeftOvers(
  { world, database, jobs }: { readonly world: World; readonly database: Database; readonly jobs: JobQueue },
  olderThanMs: number,
): Promise<void> {
  await database.asPlatform("judge-left-overs", async (tx) => {
    const nowMs = world.clock.wall().atMs;
    const rows = await unjudged(tx, { untilMs: nowMs - olderThanMs, nowMs }, atOnce);
    const left = Map.groupBy(rows, (row) => {
      if (row.purchaseId !== null) return absorbJob;
      return row.source === "call-result" ? resultJob : routeJob;
    });
    for (const [name, some] of left) {
      const data = some.map((row) => {
        const ids = { providerId: row.providerId, evidenceId: row.evidenceId };
        if (name === absorbJob) return { providerId: row.providerId, purchaseId: row.purchaseId };
        return name === resultJob ? { ...ids, callId: row.naturalKey } : ids;
      });
      await jobs.sendAll(tx, name, data);
    }
    if (rows.length > 0) world.log.info("left-overs-judged", { facts: rows.length });
  });
  jobs.wake();
}
