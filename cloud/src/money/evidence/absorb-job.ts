/** The job that judges the new evidence of one purchase: `{providerId, purchaseId}`. `callbacks/judge-jobs.ts` does it. */
export const absorbJob = "payments.absorb";
