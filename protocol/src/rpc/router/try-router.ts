/**
 * Hub -> agent: try on this very router what no public source says, after a person's yes. Each try uses names and addresses that nobody has, leaves
 * nothing behind, and ends within a minute.
 */
import * as z from "zod/mini";
import { routerProofsSchema } from "../../router/router-proofs.ts";
import { textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const tryRouter = rpc("try-router", {
  params: z.object({
    /** Who said yes, for the agent's own log of API calls. */
    actor: textSchema,
    /** Not begun after this time, by the hub's clock. */
    expiresAtMs: unixMsSchema,
  }),
  result: routerProofsSchema,
});
