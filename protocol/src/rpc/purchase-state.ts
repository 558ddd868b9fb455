/** Agent -> hub: the state of a purchase, for the waiting page. The grant itself arrives by feed. */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/**
 * `prompted`: the phone shows (or will show) the PIN prompt. `unknown`: not known yet; it is never shown as failed.
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
  /** A more exact word than `reason`, for newer agents; a `PurchaseFailure`. */
  because: z.optional(z.string().check(z.maxLength(40))),
  /** The phone has answered the prompt, but the result is not known yet: the page no longer asks for a PIN. */
  promptAnswered: z.optional(z.boolean()),
  /** What it costs with its discount, minor units; what of it credit pays is told to nobody who only typed a number. Absent: the plan's price. */
  priceCents: z.optional(z.number()),
  /** What the customer has left with the provider once it is paid, minor units. Absent: nothing was there, or it is not paid. */
  creditLeftCents: z.optional(z.number()),
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
