/**
 * Hub -> agent: a new RADIUS secret for one further router of the site, which has no agent of its own. The agent takes the old one and the new one
 * until that router, which asks by itself, has the new one. The same change may arrive again, at any time: the answer says how far it is.
 */
import * as z from "zod/mini";
import { keySchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const changeRouterSecret = rpc("change-router-secret", {
  params: z.object({
    rotationId: keySchema,
    /** The router's, as the agent's settings list it. */
    address: z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/)),
    radiusSecret: z.string().check(z.regex(/^[A-Za-z0-9]{24,64}$/)),
  }),
  result: z.object({
    /** `done`: the router has it, and the old one is forgotten. `waiting`: both are taken. `unknown-router`: the settings list no such router. */
    kind: z.enum(["done", "waiting", "unknown-router"]),
  }),
});
