/**
 * Many vouchers are disabled or enabled by one request: a job changes them slice by slice, and the request's answer names it. What
 * a slice changed and how far the job is are kept together, so that a job that is repeated goes on where it was.
 */

import { newId } from "@karibu/protocol/identifiers";
import { sleep } from "@karibu/protocol/world";
import { z } from "zod";
import { json } from "../../ground/db/json.ts";
import type { JobReader } from "../../ground/events/topics.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readBatch, type VoucherShop } from "./batches.ts";
import { setVoucherDisabled } from "./vouchers.ts";

const bulkJob = "provisioning.bulk-vouchers";
const idsMax = 5000;
/** A slice is one transaction. */
const sliceVouchers = 50;
const pauseMs = 5;

const action = z.enum(["disable", "enable"]);
const problemView = z.object({ voucherId: z.string(), code: z.string(), detail: z.string() });

export const bulkView = z.object({
  jobId: z.string(),
  action,
  state: z.enum(["running", "done"]),
  total: z.int(),
  /** So many of them have been gone through, with or without a problem. */
  done: z.int(),
  failed: z.int(),
  /** At most 100. */
  problems: z.array(problemView),
  createdAtMs: z.int(),
  finishedAtMs: z.int().nullable(),
});

/** A voucher that could not be changed, and why. */
export interface BulkProblem {
  readonly voucherId: string;
  readonly code: string;
  readonly detail: string;
}

const problemsKeptMax = 100;

const jobSchema = z.object({ providerId: z.string(), jobId: z.string() });

export function bulkVoucherRoutes(shop: VoucherShop) {
  const { world, jobs } = shop;
  return [
    route({
      method: "POST",
      path: "/api/v1/vouchers/bulk",
      summary: "Disable or enable many vouchers; a job does it, and GET tells how far it is",
      permission: "vouchers.manage",
      bodyBytesMax: 512 * 1024,
      body: z.strictObject({ action, voucherIds: z.array(z.string().min(1).max(128)).min(1).max(idsMax) }),
      status: 202,
      response: z.object({ jobId: z.string() }),
      handle: async ({ body, providerId, actor, transact, auditTarget }) => {
        const jobId = newId(world);
        auditTarget(jobId);
        const voucherIds = [...new Set(body.voucherIds)];
        await transact(async (tx) => {
          // What is not there at all is refused at once; the state of each is judged when its turn comes.
          const batchIds = new Set(voucherIds.map((voucherId) => voucherId.slice(0, voucherId.lastIndexOf("."))));
          for (const batchId of batchIds) await readBatch(tx, batchId);
          const made = await tx
            .insertInto("voucher_bulk_jobs")
            .values({
              providerId,
              jobId,
              action: body.action,
              voucherIds: json(voucherIds),
              startedBy: actor.userId,
              createdAtMs: world.clock.wall().atMs,
              finishedAtMs: null,
            })
            // One at a time, also of two that are asked for at once.
            .onConflict((on) => on.column("providerId").where("finishedAtMs", "is", null).doNothing())
            .returning("jobId")
            .executeTakeFirst();
          if (made === undefined) throw refusal("bulk-running");
          await jobs.send(tx, bulkJob, { providerId, jobId }, { singletonKey: jobId });
        });
        jobs.wake();
        return { jobId };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers/bulk/{jobId}",
      summary: "How far a change of many vouchers is",
      permission: "vouchers.read",
      params: z.object({ jobId: z.string().min(1).max(64) }),
      response: bulkView,
      handle: ({ params: { jobId }, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .selectFrom("voucher_bulk_jobs")
            .selectAll()
            .where("jobId", "=", jobId)
            .executeTakeFirst();
          if (row === undefined) throw notFound("job");
          return {
            jobId,
            action: row.action,
            state: row.finishedAtMs === null ? ("running" as const) : ("done" as const),
            total: row.voucherIds.length,
            done: row.done,
            failed: row.failed,
            problems: row.problems,
            createdAtMs: row.createdAtMs,
            finishedAtMs: row.finishedAtMs,
          };
        }),
    }),
  ];
}

/** Who sees vouchers sees how far a change of many is. */
export const readBulkJob: JobReader = async (tx, jobId, providerId) => {
  const row = await tx
    .selectFrom("voucher_bulk_jobs")
    .select("jobId")
    .where("providerId", "=", providerId)
    .where("jobId", "=", jobId)
    .executeTakeFirst();
  return row === undefined ? null : "vouchers.read";
};

/** Before the queue starts. */
export async function registerBulkJobs(shop: VoucherShop): Promise<void> {
  await shop.jobs.work(bulkJob, async (data) => {
    const { providerId, jobId } = jobSchema.parse(data);
    // A pause before each slice: the embedded database would let nobody else have a turn until the last one.
    do await sleep(shop.world.clock, pauseMs);
    while (await changeSlice(shop, providerId, jobId));
  });
}

/** False: nothing is left to do. */
function changeSlice(shop: VoucherShop, providerId: string, jobId: string): Promise<boolean> {
  return shop.database.asProvider(providerId, async (tx) => {
    const row = await tx
      .selectFrom("voucher_bulk_jobs")
      .selectAll()
      .where("jobId", "=", jobId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.finishedAtMs !== null) return false;
    const slice = row.voucherIds.slice(row.done, row.done + sliceVouchers);
    const problems = [...row.problems];
    let failed = row.failed;
    for (const voucherId of slice) {
      try {
        await setVoucherDisabled(shop, tx, voucherId, row.action === "disable");
      } catch (error) {
        // It is thrown before anything of this voucher is written. Any other error ends the slice, and the queue tries again.
        if (!(error instanceof Problem)) throw error;
        failed++;
        if (problems.length < problemsKeptMax) problems.push({ voucherId, code: error.code, detail: error.message });
      }
    }
    const done = row.done + slice.length;
    const isOver = done >= row.voucherIds.length;
    const change = {
      done,
      failed,
      problems: json(problems),
      finishedAtMs: isOver ? shop.world.clock.wall().atMs : null,
    };
    await tx.updateTable("voucher_bulk_jobs").set(change).where("jobId", "=", jobId).execute();
    await shop.emit(tx, providerId, { topic: "job", id: jobId, action: isOver ? "done" : "progress" });
    await shop.emit(tx, providerId, { topic: "voucher", id: jobId, action: isOver ? "bulk-done" : "bulk-progress" });
    return !isOver;
  });
}
