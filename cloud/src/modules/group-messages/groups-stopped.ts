/** Messages to groups that a restored hub finds under way: the hub of before has most likely gone on with them since the back-up. */
export function groupsStopped(nowMs: number): readonly string[] {
  return [`update group_messages set state = 'stopped', changed_at_ms = ${nowMs} where state = 'sending'`];
}
