/** Agent -> hub: how a purchase stands. The grant itself arrives by feed; this is only what the waiting page shows. */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";

/**
 * `prompted`: the phone shows (or will show) the PIN prompt. `unknown`: nobody knows yet, never shown as failed.
 * `failed` carries a reason the portal has a sentence for.
 */
export const purchaseStateSchema = z.object({
  state: z.enum(["created", "sending", "prompted", "paid", "failed", "unknown"]),
  reason: z.nullable(
    z.enum([
      "cancelled",
      "no-funds",
      "wrong-pin",
      "pin-locked",
      "unreachable",
      "expired",
      "limit",
      "busy",
      "not-sent",
      "merchant-problem",
      "other",
    ]),
  ),
  receipt: z.nullable(z.string()),
  grantId: z.nullable(keySchema),
  /** Where the customer pays, with channels that have a page of their own. */
  payAt: z.optional(z.string()),
});
export type PurchaseState = z.infer<typeof purchaseStateSchema>;

export const getPurchaseState = {
  method: "purchase-state",
  params: z.object({ purchaseId: keySchema }),
  result: z.nullable(purchaseStateSchema),
} as const;
