/** One subscription whose time has come. */
export const lookJob = "subscriptions.look";
/** Finds those whose time has come, each minute. A job of its own: what the payment channels do holds up no renewal. */
export const dueSweepJob = "subscriptions.due";
/** Money came in for one that waits for it: more urgent than the others, for somebody sits before the page and has just paid. */
export const paidJob = "reconnection.subscription";
