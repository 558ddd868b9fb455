/**
 * Numbers that are counted up, and at which customers pay. A restored database would give those of after its back-up out again, and money that is paid
 * at one would be a stranger's. So each counter goes on behind all that can have been given out meanwhile: 10,000, and one for each second since the
 * back-up. The seconds are for who restores the same back-up again: it goes on behind what the first restore gave out, where that was less than one
 * number a second.
 */
export const lostNumbersOf = ({ backUpAtMs, atMs }: { readonly backUpAtMs: number; readonly atMs: number }): number =>
  10_000 + Math.floor(Math.max(0, atMs - backUpAtMs) / 1000);
