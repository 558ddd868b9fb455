/** Agent -> hub: how a purchase stands. The grant itself arrives by feed; this is only what the waiting page shows. */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

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
  /** A finer word than `reason`, for those who know it; a `PurchaseFailure`. */
  because: z.optional(z.string().check(z.maxLength(40))),
  /** The phone has answered the prompt, and what that means is still being found out: no PIN is asked for any more. */
  promptAnswered: z.optional(z.boolean()),
});
export type PurchaseState = z.infer<typeof purchaseStateSchema>;

/**
 * Why a purchase failed. Words that agents in the field do not know travel as `because`, beside the nearest one they have.
 * `busy`: the payer's number; `system-busy`: the channel itself.
 */
export type PurchaseFailure = NonNullable<PurchaseState["reason"]> | "system-busy";

export const getPurchaseState = rpc("purchase-state", {
  readOnly: true,
  params: z.object({ purchaseId: keySchema }),
  result: z.nullable(purchaseStateSchema),
});
