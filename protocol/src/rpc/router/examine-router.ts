/** Hub -> agent: look at the router now, compare it with what it should have, and say what is wrong. */
import * as z from "zod/mini";
import { routerHealthSchema } from "../../router/router-health.ts";
import { rpc } from "../rpc.ts";

export const examineRouter = rpc("examine-router", {
  readOnly: true,
  params: z.object({}),
  result: routerHealthSchema,
});
