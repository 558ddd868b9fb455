/** `POST /enrol/agent`: the one request an agent makes over plain HTTPS, before it has a link. Public: the token is the right. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { Problem } from "../http/problem.ts";
import { type Route, route } from "../http/route.ts";
import { enrolAgent } from "./enrolment.ts";
import type { HubIdentity } from "./hub-identity.ts";

export function enrolmentRoute(world: World, database: Database, identity: () => HubIdentity): Route {
  return route({
    method: "POST",
    path: "/enrol/agent",
    summary: "Make a device the agent of a site, by a single-use token",
    permission: "public",
    body: z.object({
      token: z.string().min(1).max(200),
      publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64"),
    }),
    response: z.object({ siteId: z.string(), hubPublicKey: z.string() }),
    handle: async ({ body, remoteAddress }) => {
      const outcome = await enrolAgent(world, database, body);
      if (outcome.kind === "refused") {
        world.log.warn("enrolment-refused", { remoteAddress });
        throw new Problem(
          403,
          "enrolment-refused",
          "The token was used, is too old, or never was one. Make a new one.",
          {
            field: "token",
          },
        );
      }
      world.log.info("agent-enrolled", { siteId: outcome.siteId, remoteAddress });
      return { siteId: outcome.siteId, hubPublicKey: identity().keys.publicKey };
    },
  });
}
