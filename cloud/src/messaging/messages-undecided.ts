/** Texts and letters that a restored hub finds waiting: the hub of before has most likely sent them since the back-up. */

/**
 * For a restore, as statements in one raw transaction. Nothing that waited goes out by itself: a text is `unknown` as after a death between the question and
 * the gateway's answer, a letter can be sent again by a person, and a message to a group is stopped where it was.
 */
export function messagesUndecided(nowMs: number): readonly string[] {
  return [
    `update messages set state = 'unknown', problem = 'restored: it may have been sent', changed_at_ms = ${nowMs}
      where state in ('waiting', 'sending')`,
    "update mail_outbox set state = 'failed', last_error = 'restored: it may have been sent' where state = 'waiting'",
    `update group_messages set state = 'stopped', changed_at_ms = ${nowMs} where state = 'sending'`,
  ];
}
