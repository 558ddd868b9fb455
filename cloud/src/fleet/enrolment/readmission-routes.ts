/** `/api/v1/sites/{siteId}/readmissions`: devices that wait with a new key, and the tap that readmits one. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Emit } from "../../ground/events/emit.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";
import { readmitAgent } from "./enrolment.ts";
import { readReadmissions } from "./readmissions.ts";

const params = z.object({ siteId: keySchema });

export const readmissionsView = z.object({
  /** The last asked first, at most five. */
  waiting: z.array(
    z.object({
      readmissionId: z.string(),
      /** Of the new key. The device shows the same on its status page. */
      fingerprint: z.string(),
      remoteAddress: z.string(),
      askedAtMs: z.number().int(),
      lastAskedAtMs: z.number().int(),
    }),
  ),
});

export function readmissionRoutes(world: World, emit: Emit) {
  const path = "/api/v1/sites/{siteId}/readmissions";
  return [
    route({
      method: "GET",
      path,
      summary: "Devices that came back to this site with a new key (a new stick) and wait to be readmitted",
      permission: "sites.manage",
      params,
      response: readmissionsView,
      handle: async ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return { waiting: await readReadmissions(tx, siteId) };
        }),
    }),
    route({
      method: "POST",
      path: `${path}/{readmissionId}/confirm`,
      summary: "Readmit a device: its key takes the place of the site's old one, which is worth nothing from now on",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params: params.extend({ readmissionId: keySchema }),
      body: null,
      response: readmissionsView,
      handle: async ({ params: { siteId, readmissionId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          await readmitAgent(world, tx, { providerId, siteId }, readmissionId);
          await emit(tx, providerId, { topic: "site", id: siteId, action: "readmitted" });
          return { waiting: await readReadmissions(tx, siteId) };
        }),
    }),
  ];
}
