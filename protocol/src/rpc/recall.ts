/**
 * Agent -> hub: this site's folder lacks what the site did before (`recall` of the hub's welcome). The hub tells it page by page: codes
 * that ended, started grants with their usage and devices, open sessions, sales for cash. The site journals each page.
 */
import * as z from "zod/mini";
import { recalledPage } from "../journal/record.ts";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** The ends of so many fit a frame and a record of the journal. */
export const unbegunMax = 1000;

export const recall = rpc("recall", {
  params: z.object({
    /** The epoch that the site writes now: what happened under it, the site knows itself. */
    epoch: keySchema,
    /** `next` of the page before; null: the first one. */
    after: z.nullable(z.string().check(z.maxLength(300))),
    /**
     * With the first question: sales for cash in the folder, by grant, that nobody has begun as far as the folder knows. Where the stick
     * is old they may have ended so long ago that the hub would not name them unasked.
     */
    unbegun: z.optional(z.array(keySchema).check(z.maxLength(unbegunMax))),
  }),
  result: z.object({
    page: recalledPage,
    /** Null: this was the last page. */
    next: z.nullable(z.string().check(z.maxLength(300))),
  }),
  readOnly: true,
});
export type RecallResult = z.infer<typeof recall.result>;
