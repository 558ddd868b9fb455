/** Letters that a restored hub finds waiting: the hub of before has most likely sent them since the back-up. A person can send one again. */
export const lettersUndecided: readonly string[] = [
  "update mail_outbox set state = 'failed', last_error = 'restored: it may have been sent' where state = 'waiting'",
];
