/** Hub -> agent: ask your own RADIUS port as a router does, by a real packet with the site's secret, and say what came back. */
import * as z from "zod/mini";
import { rpc } from "../rpc.ts";

export const tryRadius = rpc("try-radius", {
  readOnly: true,
  params: z.object({}),
  result: z.object({
    /**
     * `answered`: signed by the secret that routers share with this site. `no-answer`: nothing came that may be believed. `not-listening`: the port is
     * taken by another program. `no-radius`: this agent answers no RADIUS.
     */
    kind: z.enum(["answered", "no-answer", "not-listening", "no-radius"]),
    /** Milliseconds until the answer; null: there was none. */
    tookMs: z.nullable(z.int().check(z.gte(0))),
    /** Log-ins that were asked about since the agent started: by routers, and by whoever knows the secret. */
    asked: z.int().check(z.gte(0)),
  }),
});
