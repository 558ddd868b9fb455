/** It is time to check a package that renews itself. */
export const renewJob = "subscriptions.renew";
/** Money came in for one that waits for it: more urgent than the other, for somebody sits in the dark and has just paid. */
export const reconnectJob = "reconnection.renew";
/** Finds renewals whose job was lost. A job of its own: what the payment channels do holds up no renewal. */
export const renewalSweepJob = "subscriptions.sweep";
