/**
 * Hub -> agent: staff put a device without a browser online with any grant of the site (a voucher, an account, a purchase, a cash sale), and off
 * again. `admit-device` does it for a purchase alone, and is what older agents know.
 */
import * as z from "zod/mini";
import { keySchema, macSchema } from "../schema.ts";
import { admitDevice } from "./admit-device.ts";
import { rpc } from "./rpc.ts";

/** The grant as the hub names it. Of an account any period does, or none: the site takes the one that it is in. */
const grantId = keySchema;

export const readGrantDevices = rpc("read-grant-devices", {
  params: z.object({ grantId }),
  result: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("here"),
      /** How many devices it lets in at once, and how many have a place. */
      places: z.int().check(z.gte(0)),
      taken: z.int().check(z.gte(0)),
      /** Those whose address is known, at most 100. `added`: somebody else put it online, and the site logs it in again by itself. */
      held: z.array(z.object({ mac: macSchema, online: z.boolean(), added: z.boolean() })).check(z.maxLength(100)),
      /** Why the site would not let one more phone in with it now, by itself. Null: it would. Absent: an older agent does not say. */
      refuses: z.optional(z.nullable(z.string().check(z.maxLength(64)))),
    }),
    /** The feed has not brought it, its lease is elsewhere, or it is worth nothing. */
    z.object({ kind: z.literal("not-here") }),
  ]),
  readOnly: true,
});

export type GrantDevices = z.infer<typeof readGrantDevices.result>;

export const putDeviceOn = rpc("put-device-on", {
  params: z.object({
    grantId,
    mac: macSchema,
    /** The device that has had the grant longest loses it. Otherwise the grant must have a free place. */
    moves: z.boolean(),
  }),
  result: admitDevice.result,
});
export type PutDeviceOnResult = z.infer<typeof putDeviceOn.result>;

export const takeDeviceOff = rpc("take-device-off", {
  params: z.object({ grantId, mac: macSchema }),
  /** `off`: on disk; its session ends within seconds. */
  result: z.object({ kind: z.enum(["off", "not-on"]) }),
});
