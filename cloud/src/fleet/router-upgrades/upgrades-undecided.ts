/** Upgrades that a restored hub finds under way: they may have been stopped since the back-up, and a new RouterOS can't be taken back. */

/** For a restore, as statements in one raw transaction: a person goes on, or stops them. */
export const upgradesUndecided: readonly string[] = [
  "update router_upgrades set state = 'paused' where state = 'running'",
];
