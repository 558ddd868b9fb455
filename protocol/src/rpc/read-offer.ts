/** Agent -> hub: what a plan costs here with this code, before anything is bought. Nothing is reserved by asking. */
import * as z from "zod/mini";
import { centsSchema, keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/**
 * `bad-code`: there is none, or it does not hold for this plan, site, hour or customer. `price-changed`: it costs more than the customer was
 * shown. Only agents that send a code or a price are answered so.
 */
export const offerRefusals = ["bad-code", "code-used-up", "too-many-tries", "price-changed"] as const;

export const readOffer = rpc("read-offer", {
  readOnly: true,
  params: z.object({
    planId: keySchema,
    code: z.string().check(z.maxLength(40)),
    /** An MSISDN. */
    phone: z.string().check(z.maxLength(20)),
    channelId: z.optional(keySchema),
  }),
  result: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("offer"),
      priceCents: centsSchema,
      usualCents: centsSchema,
      currency: z.string(),
    }),
    z.object({ kind: z.literal("refused"), reason: z.enum(["unknown-plan", "no-channel", ...offerRefusals]) }),
  ]),
});
export type ReadOfferResult = z.infer<typeof readOffer.result>;
