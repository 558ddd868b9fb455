/** Texts that a restored hub finds waiting: the hub of before has most likely sent them since the back-up. */

/** For a restore, as statements in one raw transaction: `unknown`, as after a death between the question and the gateway's answer. None goes out by itself. */
export function messagesUndecided(nowMs: number): readonly string[] {
  return [
    `update messages set state = 'unknown', problem = 'restored: it may have been sent', changed_at_ms = ${nowMs}
      where state in ('waiting', 'sending')`,
  ];
}
