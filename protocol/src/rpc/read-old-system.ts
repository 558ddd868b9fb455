/**
 * Hub -> agent: rows of the system that was at the site's router before Karibu, as `read-router` gives its views. A method of its own, because an older agent
 * knows none of these views.
 */
import * as z from "zod/mini";
import { oldSystemViews } from "../router/router-views.ts";
import { readRouter, routerRowsMax } from "./router/read-router.ts";
import { rpc } from "./rpc.ts";

export const readOldSystem = rpc("read-old-system", {
  params: z.object({
    view: z.enum(oldSystemViews),
    limit: z.optional(z.int().check(z.gte(1), z.lte(routerRowsMax))),
    offset: z.optional(z.int().check(z.gte(0))),
    fresh: z.optional(z.boolean()),
  }),
  result: readRouter.result,
  readOnly: true,
});
