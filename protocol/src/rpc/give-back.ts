/**
 * Agent -> hub, after the hub was restored from a back-up: what this site holds of the hub's decisions and the hub did not name again.
 * The hub takes back what bears its own sign (`mark`), and what takes rights away. A row that it takes comes by the feed.
 */
import * as z from "zod/mini";
import { incomingRowSchema } from "../feed.ts";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** Rows of one request; with their bytes they fit a frame with room to spare. */
export const giveBackMax = { rows: 200, bytes: 96 * 1024 } as const;

export const giveBack = rpc("give-back", {
  params: z.object({
    /** The hub's generation: which restore it is about. */
    generation: keySchema,
    /** The batch, for rows of a batch's scope; null: rows of the site's own scope. */
    batchId: z.nullable(keySchema),
    /** Their version is 1: the mark has the true one. */
    rows: z.array(incomingRowSchema).check(z.maxLength(giveBackMax.rows)),
    /** How many rows the site has not given back yet, after these. 0: these were the last ones. */
    left: z.int().check(z.gte(0)),
  }),
  result: z.object({
    /** In the order of the rows. `taken`: the hub has it again. `gone`: the hub ended it: forget it. `kept`: the hub can't take it; it counts on at this site. */
    verdicts: z.array(z.enum(["taken", "gone", "kept"])),
  }),
});
export type GiveBackParams = z.infer<typeof giveBack.params>;
export type GiveBackResult = z.infer<typeof giveBack.result>;
