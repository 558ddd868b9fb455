/** `POST /enrol/agent`: the only request an agent makes over plain HTTPS, before it has a link. Public: the token is the proof. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { enrolAgent } from "./enrolment.ts";
import { enrolmentRequest, refuseEnrolment } from "./enrolment-request.ts";
import type { HubIdentity } from "./hub-identity.ts";

export function enrolmentRoute(world: World, database: Database, identity: HubIdentity) {
  return route({
    method: "POST",
    path: "/enrol/agent",
    summary: "Enrol a device as the agent of a site, with a single-use token",
    permission: "public",
    body: enrolmentRequest,
    response: z.object({ siteId: z.string(), hubPublicKey: z.string() }),
    handle: async ({ body, remoteAddress }) => {
      const outcome = await enrolAgent(world, database, { ...body, remoteAddress });
      if (outcome.kind === "refused") return refuseEnrolment(world, remoteAddress);
      if (outcome.kind === "waits") {
        world.log.warn("device-waits", { siteId: outcome.siteId, remoteAddress });
        throw refusal("enrolment-waits", { field: "token" });
      }
      world.log.info("agent-enrolled", { siteId: outcome.siteId, remoteAddress });
      return { siteId: outcome.siteId, hubPublicKey: identity.keys.publicKey };
    },
  });
}
