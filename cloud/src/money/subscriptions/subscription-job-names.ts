/** One subscription whose time has come. */
export const lookJob = "subscriptions.look";
/** Money came in for one that waits for it: more urgent than the others, for somebody sits before the page and has just paid. */
export const paidJob = "reconnection.subscription";
/** One whose customer's phone may be asked. A channel is waited for, so it has workers of its own: credit that is there renews meanwhile. */
export const phoneJob = "subscriptions.phone";
