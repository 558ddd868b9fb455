/** How customers pay, as tax authorities ask for it. */

/**
 * `on-credit`: nothing is paid yet. `balance`: out of what the customer had paid before, in whatever way. `other`: a service that takes cards and
 * mobile money alike, and does not say which it was.
 */
export const waysPaid = ["cash", "mobile-money", "card", "bank", "on-credit", "balance", "other"] as const;
export type WayPaid = (typeof waysPaid)[number];
