/** Credit that was told only is proved now: what waits for proved credit of this customer looks again. `subscriptions/subscription-jobs.ts` does it. */
export const creditProvedJob = "reconnection.proved";
