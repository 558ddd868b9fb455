/** Hub -> agent: one named change at the site's router. Done at most once per `nonce`; read back afterwards. */
import * as z from "zod/mini";
import { routerActionSchema } from "../../router/router-actions.ts";
import { routerRowSchema } from "../../router/router-views.ts";
import { keySchema, textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const actOnRouter = rpc("act-on-router", {
  params: z.object({
    action: routerActionSchema,
    /** The same order may arrive again, because an answer got lost: the agent gives the first answer again. */
    nonce: keySchema,
    /** Who ordered it, for the agent's own log of API calls. */
    actor: textSchema,
    /** Not begun after this time, by the hub's clock. */
    expiresAtMs: unixMsSchema,
  }),
  result: z.object({
    /**
     * `done`: it was read back. `differs`: the router took it, and what was read back is another. `refused`: the router's or the agent's
     * own words in `why`. `undone`: it cut the link, and was taken back. `expired`: not begun in time. `unknown`: the connection to the
     * router ended before its answer; a person looks.
     */
    kind: z.enum(["done", "differs", "refused", "undone", "expired", "unknown"]),
    why: z.optional(textSchema),
    /** The row as it is now. */
    row: z.optional(routerRowSchema),
  }),
});
