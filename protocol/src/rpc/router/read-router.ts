/** Hub -> agent: rows of one view of the site's router, through the lane of general requests (100 a minute). */
import * as z from "zod/mini";
import { routerRowSchema, routerViews } from "../../router/router-views.ts";
import { unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

/** An answer has to fit the link's frames. */
export const routerRowsMax = 1000;

export const readRouter = rpc("read-router", {
  params: z.object({
    view: z.enum(routerViews),
    /** At most so many rows, from the row `offset` on. */
    limit: z.optional(z.int().check(z.gte(1), z.lte(routerRowsMax))),
    offset: z.optional(z.int().check(z.gte(0))),
    /** True: not from what the agent read in the last 30 seconds. */
    fresh: z.optional(z.boolean()),
  }),
  result: z.object({
    /** `not-here`: this router has no such menu (package, version). */
    kind: z.enum(["rows", "not-here"]),
    readAtMs: unixMsSchema,
    rows: z.array(routerRowSchema),
    total: z.int().check(z.gte(0)),
  }),
  readOnly: true,
});
