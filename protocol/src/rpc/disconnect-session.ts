/** Hub -> agent: an operator ends a session. What the router did about it comes by the journal, as always. */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const disconnectSession = rpc("disconnect-session", {
  params: z.object({ sessionKey: keySchema }),
  /** `ending`: the site is at it. `not-open`: it has stopped already, or was never here. */
  result: z.object({ kind: z.enum(["ending", "not-open"]) }),
});
