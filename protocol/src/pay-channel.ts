/** A way to pay that a customer may choose at the portal. */
import * as z from "zod/mini";
import { keySchema, textSchema } from "./schema.ts";

export const payChannelSchema = z.object({
  channelId: keySchema,
  /** What customers call it: `M-Pesa`, `Card`. */
  name: textSchema,
  /** By a prompt on the phone (M-Pesa), or on a page of the channel's own (cards). */
  paysBy: z.enum(["phone", "page"]),
});
export type PayChannel = z.infer<typeof payChannelSchema>;
