/**
 * Hub -> agent: a hub of before orders another secret for a further router, which the agent was to hand over by HTTP on the cable between the routers.
 * No agent does so any more: it answers `unknown-router`, and today's hubs use `keep-router-secret`.
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
