/** Orders that a restored hub finds open: the hub of before may have sent them since the back-up, and a router must not restart twice. */

/** For a restore, as statements in one raw transaction: a person looks, and orders again what is still wanted. */
export function ordersUndecided(nowMs: number): readonly string[] {
  const over = "password_sealed = null";
  return [
    `update router_orders set state = 'unknown', why = 'restored: it may have been sent since the back-up', answered_at_ms = ${nowMs}, ${over}
      where state in ('waiting', 'sent')`,
    `update router_bulks set state = 'stopped', ended_at_ms = ${nowMs}, ${over} where state in ('running', 'paused')`,
  ];
}
