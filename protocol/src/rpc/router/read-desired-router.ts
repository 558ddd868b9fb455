/** Agent -> hub: what this site's router should have. The answer is long once, and short as long as nothing changed. */
import * as z from "zod/mini";
import { desiredRouterSchema, driftPolicies } from "../../router/desired-router.ts";
import { textSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const readDesiredRouter = rpc("read-desired-router", {
  readOnly: true,
  params: z.object({
    /** The router's version as it says it. */
    version: textSchema,
    /** Hash of what the site has; empty: nothing. */
    known: textSchema,
  }),
  result: z.object({
    /** `none`: the hub did not set this router up, or can't render for this version. */
    kind: z.enum(["same", "desired", "none"]),
    policy: z.enum(driftPolicies),
    hash: z.optional(textSchema),
    desired: z.optional(desiredRouterSchema),
  }),
});
