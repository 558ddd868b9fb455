/** Whether money that the hub heard of late takes a late fee back. Pure. */

/** What a customer had paid by the end of the time, minor units. */
export interface PaidByThen {
  /** In all, less what was spent since. */
  readonly cents: number;
  /** Of it, what was in the books when the fee was laid. */
  readonly knownCents: number;
  /** Of it, what was paid in time and came into the books later. */
  readonly lateCents: number;
}

/**
 * Was all that is due paid in time? Credit that covered it when the fee was laid just lay there: it did not pay then, and does not now because a little
 * more came. What came for the whole of it was meant for it.
 * @param paid null: nothing came into the books since the fee was laid that was paid in time
 */
export function isFeeUndue(dueCents: number, paid: PaidByThen | null): boolean {
  if (paid === null || paid.cents < dueCents) return false;
  return paid.knownCents < dueCents || paid.lateCents >= dueCents;
}
