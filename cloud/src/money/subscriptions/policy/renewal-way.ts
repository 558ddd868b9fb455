/**
 * How a line is paid for again: from credit by itself, and whether M-Pesa brings the money by a standing order (Ratiba) that the customer made there.
 * The hub knows of such an order by what it is told, and of its money as of any money at the customer's number: it trusts only that. Pure.
 */
import { z } from "zod";
import type { SubscriptionRow } from "../subscription.ts";

export const renewalWayBody = z.strictObject({
  autoRenew: z.boolean().optional(),
  /** The customer has one at M-Pesa: their phone is not asked, and they are not reminded before the date. */
  standingOrder: z.boolean().optional(),
});

/** Null: nothing is changed. What comes in by a standing order is credit: without renewal from credit it would do nothing, so it brings that with it. */
export function renewalWayOf(
  { autoRenew, standingOrder }: z.output<typeof renewalWayBody>,
  { nowMs, isOver }: { readonly nowMs: number; readonly isOver: boolean },
): { readonly what: string; readonly change: Partial<SubscriptionRow> } | null {
  const look = isOver ? {} : { nextLookMs: nowMs };
  if (standingOrder === true)
    return { what: "standing-order-on", change: { standingOrder: true, autoRenew: true, ...look } };
  if (autoRenew === false) return { what: "auto-renew-off", change: { autoRenew: false, standingOrder: false } };
  if (autoRenew === true)
    return {
      what: "auto-renew-on",
      change: { autoRenew: true, ...(standingOrder === false ? { standingOrder: false } : {}), ...look },
    };
  return standingOrder === false ? { what: "standing-order-off", change: { standingOrder: false, ...look } } : null;
}
