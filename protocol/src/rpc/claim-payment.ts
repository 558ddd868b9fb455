/**
 * Agent -> hub: a customer says "I already paid", with the receipt of the channel's message and the phone that paid, or, where the
 * message is lost, with the phone and the amount.
 */
import * as z from "zod/mini";
import { centsSchema, keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const claimPayment = rpc("claim-payment", {
  params: z.object({
    /** The code, or the whole message. Absent: by phone and amount. */
    receipt: z.optional(z.string().check(z.minLength(6), z.maxLength(600))),
    phone: z.string().check(z.minLength(7), z.maxLength(20)),
    /** What was paid; for a claim without a receipt. */
    amountCents: z.optional(centsSchema),
    /** The purchase that the page was waiting for, if any. */
    purchaseId: z.optional(keySchema),
  }),
  result: z.discriminatedUnion("kind", [
    /** It is the customer's: a purchase that is paid now (of which plan), or their credit (null). */
    z.object({ kind: z.literal("settled"), purchaseId: z.nullable(keySchema), planId: z.optional(keySchema) }),
    /**
     * The hub is querying the channel: read the purchase again in a minute or two. `noted`: there is no channel that can be
     * queried, and only a person can find the money. Absent at older hubs.
     */
    z.object({ kind: z.literal("asked"), noted: z.optional(z.boolean()) }),
    z.object({
      kind: z.literal("refused"),
      reason: z.enum(["no-receipt-in-it", "bad-phone", "another-payer", "too-many", "unknown-receipt"]),
      /** A more exact reason: `given-back`, its money was refunded; `expired`, its package is long over. Absent at older hubs. */
      because: z.optional(z.string().check(z.maxLength(40))),
    }),
  ]),
});
export type ClaimPaymentResult = z.infer<typeof claimPayment.result>;
