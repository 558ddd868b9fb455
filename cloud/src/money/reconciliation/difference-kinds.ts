export const differenceKinds = [
  "not-in-books",
  "not-on-statement",
  "amount-differs",
  "reversed-at-channel",
  "reversed-in-books",
  "reversal-unmatched",
  "payout-not-in-books",
  "withdrawn-unread",
  "payout-returned-unread",
  "balance-differs",
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];
