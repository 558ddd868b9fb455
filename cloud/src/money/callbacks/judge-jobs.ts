/** The jobs that judge what callbacks brought: of a purchase, of money that came in, of a call's result. */
import { z } from "zod";
import { resultJob, takeResult } from "../channels/async-calls.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { createTakeWaiting } from "../claims/take-listed.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { type InitiatorParts, noteInitiatorResult } from "../initiators/initiator.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { takeStatus } from "../questions/witnesses.ts";
import { takePayoutStatus } from "../refunds/lost-payouts.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { takeRefundResult } from "../refunds/send-refund.ts";
import { judgePurchase } from "./judge-purchase.ts";

const purchaseSchema = z.object({ providerId: z.string(), purchaseId: z.string() });
const evidenceSchema = z.object({ providerId: z.string(), evidenceId: z.string() });
const resultSchema = evidenceSchema.extend({ callId: z.string() });

/** @param giveWay lets callbacks pass first: see `prompt-batches.ts` */
export async function registerJudgeJobs(
  parts: RefundParts & InitiatorParts,
  giveWay: () => Promise<void>,
): Promise<void> {
  const { world, database, jobs } = parts;

  const takeWaiting = createTakeWaiting(parts);

  /** Throws what passes by itself: the job is tried again. */
  async function judgeInflow(providerId: string, evidenceId: string): Promise<void> {
    const { kind, receipt, why } = await takeInflow(parts, providerId, async () => evidenceId);
    if (kind === "waits") throw new Error(why ?? kind);
    world.log.debug("inflow-routed", { receipt });
  }

  await jobs.work(
    absorbJob,
    async (data) => {
      const purchase = purchaseSchema.parse(data);
      await giveWay();
      await judgePurchase(parts, purchase);
    },
    { quick: true },
  );
  await jobs.work(
    routeJob,
    async (data) => {
      const { providerId, evidenceId } = evidenceSchema.parse(data);
      await giveWay();
      if (!(await takeWaiting(providerId, evidenceId))) await judgeInflow(providerId, evidenceId);
    },
    { quick: true },
  );
  await jobs.work(resultJob, async (data) => {
    const { providerId, callId, evidenceId } = resultSchema.parse(data);
    const fact = await database.asProvider(providerId, async (tx) => {
      const taken = await takeResult(parts, tx, providerId, callId, evidenceId);
      if (taken === null) return null;
      await noteInitiatorResult(parts, tx, taken);
      const { kind } = taken.call;
      if (kind === "status") return takeStatus(parts, tx, taken);
      if (kind === "payout-status") await takePayoutStatus(parts, tx, taken);
      else if (kind !== "balance") await takeRefundResult(parts, tx, taken);
      return null;
    });
    if (fact !== null) await judgeInflow(providerId, fact);
  });
}
