/** Hub -> agent: an operator gives a device the grant of a purchase, and the site brings it online where it can. */
import * as z from "zod/mini";
import { keySchema, macSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const admitDevice = rpc("admit-device", {
  params: z.object({
    purchaseId: keySchema,
    mac: macSchema,
    /** The device that has had the grant longest loses it. Otherwise the grant must have a free place. */
    moves: z.boolean(),
  }),
  result: z.discriminatedUnion("kind", [
    /** It is on disk that the device has the grant, and the router has logged it in. */
    z.object({ kind: z.literal("online") }),
    /** It has the grant; the router could not log it in (not seen, or no API): it goes online when its owner opens the page. */
    z.object({ kind: z.literal("bound") }),
    /** `reason`: a reason of the site's decision, for example `too-many-devices`. A newer agent may have other ones. */
    z.object({ kind: z.literal("refused"), reason: z.string().check(z.maxLength(40)) }),
    /** The feed has not brought the grant, or its lease is elsewhere. */
    z.object({ kind: z.literal("not-here") }),
  ]),
});
export type AdmitDeviceResult = z.infer<typeof admitDevice.result>;

export const listGuests = rpc("list-guests", {
  params: z.object({}),
  result: z.object({
    /** Null: the router can't be asked. At most 500. */
    guests: z.nullable(
      z.array(
        z.object({ mac: macSchema, address: z.nullable(z.string().check(z.maxLength(64))), online: z.boolean() }),
      ),
    ),
  }),
  readOnly: true,
});
