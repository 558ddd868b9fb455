/** What a row of the list of money received says. The list is read in `money/received`. */

/** How money crossed between customers and the provider. */
export const movements = ["received", "refunded", "returned", "disproved", "corrected"] as const;
export type Movement = (typeof movements)[number];

/** What a sum was for. `unmatched`: nobody knows yet whose it is. */
export const receivedKinds = [
  "purchase",
  "voucher",
  "subscription",
  "invoice",
  "credit",
  "deposit",
  "debt",
  "unmatched",
] as const;
export type ReceivedKind = (typeof receivedKinds)[number];
