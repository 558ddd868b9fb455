/**
 * Staff put a device without a browser online with a grant, and off again: any voucher, account, purchase or cash sale of a site.
 *
 * Who attacks this: staff who give away what is sold, and somebody with a stolen session who would push a guest's device off or listen to it.
 * `grants.manage`, as at a payment; each order stands in the audit log; the site has the last word (`agent/src/access/other-devices`): places
 * and limits of the grant count, and a device that is online with something else is not taken.
 */
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { route } from "../../ground/http/route.ts";
import { macField } from "./mac-field.ts";
import { devicesOfGrant, guestsOf, putOn, takeOff } from "./site-devices.ts";

const params = z.object({ siteId: keySchema, grantId: keySchema });
const path = "/api/v1/sites/{siteId}/grants/{grantId}/devices";

export const grantDevicesView = z.object({
  /** How many devices it lets in at once, and how many have a place. */
  places: z.number().int(),
  taken: z.number().int(),
  /** `added`: somebody else put it online; the site logs it in again by itself. */
  held: z.array(z.object({ mac: z.string(), online: z.boolean(), added: z.boolean() })),
  /** What the site sees now, those that are not online first. Null: its router can't be asked; type the MAC. */
  seen: z.array(z.object({ mac: z.string(), address: z.string().nullable(), online: z.boolean() })).nullable(),
});

export function deviceRoutes(call: CallSite) {
  return [
    route({
      method: "GET",
      path,
      summary: "The devices of a grant at its site, and those that the site sees now",
      permission: "grants.manage",
      params,
      response: grantDevicesView,
      handle: async ({ params: { siteId, grantId }, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const { places, taken, held } = await devicesOfGrant(call, siteId, grantId);
        const seen = await guestsOf(call, siteId);
        return { places, taken, held: held.map((one) => ({ ...one })), seen: seen?.map((one) => ({ ...one })) ?? null };
      },
    }),
    route({
      method: "POST",
      path,
      summary: "Put a device without a browser online with a grant, or move the grant to it",
      permission: "grants.manage",
      params,
      body: z.strictObject({
        mac: macField,
        /** The device that has had it longest loses it. Otherwise there must be room for one more device. */
        moves: z.boolean().default(false),
      }),
      response: z.object({
        /** `bound`: it has the grant, and goes online when the site sees it. */
        outcome: z.enum(["online", "bound"]),
      }),
      handle: async ({ params: { siteId, grantId }, body, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        return { outcome: await putOn(call, { siteId, grantId, ...body }) };
      },
    }),
    route({
      method: "POST",
      path: `${path}/remove`,
      summary: "Take a device off a grant: its place is free, and its session ends",
      permission: "grants.manage",
      params,
      body: z.strictObject({ mac: macField }),
      status: 204,
      response: z.null(),
      handle: async ({ params: { siteId, grantId }, body: { mac }, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        await takeOff(call, { siteId, grantId, mac });
        return null;
      },
    }),
  ];
}
