/** Refunds that a restored hub finds under way: the hub of before may have sent them within seconds of the back-up. */

const look = "restored: look at the channel''s statement before you";

/**
 * For a restore, as statements in one raw transaction. What was about to be sent is undecided, so neither its job nor the sweep sends it; a
 * person says what became of it. What waited for its approval may have been approved and paid since: it says so to who approves it.
 */
export function refundsUndecided(nowMs: number): readonly string[] {
  return [
    `update refunds set state = 'unknown', problem = '${look} send again', changed_at_ms = ${nowMs}
      where state in ('approved', 'sending')`,
    `update refunds set problem = '${look} approve' where state = 'asked'`,
  ];
}
