/** Agent -> hub: a customer at the portal wants to pay for a plan. Answers as soon as the prompt is (probably) on the phone. */
import * as z from "zod/mini";
import { centsSchema, keySchema } from "../schema.ts";
import { purchaseStateSchema } from "./purchase-state.ts";
import { rpc } from "./rpc.ts";

export const startPurchase = rpc("start-purchase", {
  params: z.object({
    /** Made by the portal; the same key is the same purchase. */
    idempotencyKey: keySchema,
    planId: keySchema,
    /** As typed; the hub normalises to an MSISDN. */
    phone: z.string().check(z.minLength(7), z.maxLength(20)),
    /** The portal as this phone reaches it: where a channel's own page may send the customer back to. */
    returnUrl: z.optional(z.string().check(z.maxLength(300))),
    /** The way to pay that the customer chose, one of the site's `channels`. Absent: the site's usual one. */
    channelId: z.optional(keySchema),
    /** The customer's credit is spent first, and the prompt asks for the rest. Absent: an agent whose page does not say so. */
    spendsCredit: z.optional(z.boolean()),
    /** Of a promotion, as typed. Absent: none. */
    code: z.optional(z.string().check(z.maxLength(40))),
    /** The price that the customer was shown: nobody is asked for more. Absent: an older agent. */
    expectsCents: z.optional(centsSchema),
  }),
  result: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("started"), purchaseId: keySchema, state: purchaseStateSchema }),
    z.object({
      kind: z.literal("refused"),
      reason: z.enum(["bad-phone", "unknown-plan", "no-channel", "prompt-already-open", "no-credit"]),
      /** A more exact word than `reason`, for newer agents: one of `offerRefusals`. */
      because: z.optional(z.string().check(z.maxLength(40))),
    }),
  ]),
});
export type StartPurchaseResult = z.infer<typeof startPurchase.result>;
