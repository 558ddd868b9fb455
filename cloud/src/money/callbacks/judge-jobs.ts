/** The jobs that judge what callbacks brought: of a purchase, of money that came in, of a call's result. */
import { z } from "zod";
import { createPlaces } from "../../ground/db/places.ts";
import { resultJob } from "../channels/async-calls.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { routeJob } from "../matching/route-inflow.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import type { Booker } from "./booker.ts";
import type { JudgeFact } from "./judge-fact.ts";
import { judgePurchase } from "./judge-purchase.ts";

const purchaseSchema = z.object({ providerId: z.string(), purchaseId: z.string() });
const evidenceSchema = z.object({ providerId: z.string(), evidenceId: z.string() });
const resultSchema = evidenceSchema.extend({ callId: z.string() });

/** Of one worker, side by side: the booker takes them together. */
const purchasesAtOnce = 16;
/** Of those that go by themselves: more would take the connections of who looks at a page. */
const aloneMax = 4;

/** @param letCallbacksPass lets callbacks pass first: see `prompt-batches.ts` */
export async function registerJudgeJobs(
  parts: RefundParts,
  booker: Pick<Booker, "bookOfJob">,
  judgeFact: JudgeFact,
  letCallbacksPass: () => Promise<void>,
): Promise<void> {
  const { jobs } = parts;
  const alone = createPlaces(aloneMax);
  await jobs.work(
    absorbJob,
    async (data) => {
      const purchase = purchaseSchema.parse(data);
      if (!(await booker.bookOfJob(purchase))) await alone.take(() => judgePurchase(parts, purchase));
    },
    { quick: true, sideBySide: purchasesAtOnce },
  );
  await jobs.work(
    routeJob,
    async (data) => {
      const fact = evidenceSchema.parse(data);
      await letCallbacksPass();
      await judgeFact({ ...fact, callId: null });
    },
    { quick: true },
  );
  await jobs.work(resultJob, (data) => judgeFact(resultSchema.parse(data)));
}
