/**
 * Hub -> agent: which RADIUS secrets one further router of the site may sign with. That router asks the hub by itself. The agent takes the present
 * one and the next one; what it had beside them is taken half a minute longer. The same order may arrive again, at any time.
 */
import * as z from "zod/mini";
import { rpc } from "../rpc.ts";

const secret = z.string().check(z.regex(/^[A-Za-z0-9]{24,64}$/));

export const keepRouterSecret = rpc("keep-router-secret", {
  params: z.object({
    /** The router's, as the agent's settings list it. */
    address: z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/)),
    current: secret,
    /** Null: no change is under way. */
    next: z.nullable(secret),
  }),
  result: z.object({
    /**
     * `kept`: both are taken. `behind`: the present one was replaced here already, because the hub forgot (a restore): the agent goes on with its
     * own, and takes the next one. `unknown-router`: the settings list no such router.
     */
    kind: z.enum(["kept", "behind", "unknown-router"]),
  }),
});
