/** Hub -> agent: dial your own router now, by a connection of its own, and walk the five steps of a test. Answered within 45 seconds. */
import * as z from "zod/mini";
import { routerProbeSchema } from "../../router/router-test.ts";
import { rpc } from "../rpc.ts";

export const probeRouter = rpc("probe-router", {
  readOnly: true,
  params: z.object({}),
  /** Null: it was told of no router. */
  result: z.nullable(routerProbeSchema),
});
