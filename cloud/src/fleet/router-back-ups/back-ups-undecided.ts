/** Back-ups and restores that a restored hub finds open: the hub of before may have told a router since, and none is loaded twice. */

/** For a restore, as statements in one raw transaction: a person orders again what is still wanted. */
export function backUpsUndecided(nowMs: number): readonly string[] {
  const why = "why = 'restored: it may have been done since the back-up'";
  return [
    `update router_back_ups set state = 'failed', ${why}, ended_at_ms = ${nowMs} where state in ('waiting', 'making')`,
    `update router_restores set state = 'failed', ${why}, ended_at_ms = ${nowMs}, ticket_hash = null
      where state in ('saving', 'sent', 'restarting')`,
  ];
}
