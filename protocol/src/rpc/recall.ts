/**
 * Agent -> hub: this site's folder lacks what the site did before (`recall` of the hub's welcome). The hub tells it page by page: codes
 * that ended, started grants with their usage and devices, open sessions, sales for cash. The site journals each page.
 */
import * as z from "zod/mini";
import { recalledPage } from "../journal/record.ts";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const recall = rpc("recall", {
  params: z.object({
    /** The epoch that the site writes now: what happened under it, the site knows itself. */
    epoch: keySchema,
    /** `next` of the page before; null: the first one. */
    after: z.nullable(z.string().check(z.maxLength(300))),
  }),
  result: z.object({
    page: recalledPage,
    /** Null: this was the last page. */
    next: z.nullable(z.string().check(z.maxLength(300))),
  }),
  readOnly: true,
});
export type RecallResult = z.infer<typeof recall.result>;
