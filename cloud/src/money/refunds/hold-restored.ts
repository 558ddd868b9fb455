/**
 * For a restored database: refunds that were approved when the back-up was taken may have been sent since. Sent again they would pay twice, so
 * a person looks at the channel first. Statements for a restore, in one raw transaction. A reversal that is repeated does nothing there.
 */
export const refundsHeld = (atMs: number): readonly string[] => [
  `update refunds set state = 'unknown', changed_at_ms = ${Math.trunc(atMs)},
    problem = 'the hub was restored from a back-up, and may have sent it before: look at the channel before you send again'
  where state = 'approved' and method in ('payout', 'channel')`,
];
