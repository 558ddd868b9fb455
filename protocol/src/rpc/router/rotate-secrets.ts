/**
 * Hub -> agent: new secrets between router and agent, for those that a person may have seen in a line or a script. The agent takes both the
 * old ones and the new ones while a fixed script of the router changes them, and forgets the old ones when the router has proved the new ones.
 * The same rotation may arrive again, at any time: it goes on where it stopped, and `done` is answered again.
 */
import * as z from "zod/mini";
import { keySchema, textSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

/** No character that a script or an environment would take for another. */
const secret = z.string().check(z.regex(/^[A-Za-z0-9]{24,64}$/));

export const rotateSecrets = rpc("rotate-secrets", {
  params: z.object({ rotationId: keySchema, radiusSecret: secret, apiPassword: secret }),
  result: z.object({
    /**
     * `done`: router and agent have the new ones alone. `no-script`: the router's set-up is older than this, and nothing was changed.
     * `refused`: the router changed nothing or a part, both sides still understand each other, and it can be tried again; `why` says more.
     */
    kind: z.enum(["done", "no-script", "refused"]),
    why: z.optional(textSchema),
  }),
});
