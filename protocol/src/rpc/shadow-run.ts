/**
 * Hub -> agent: Karibu decides beside the system that still rules the site's hotspot. The agent looks at the router's list of sessions and says of each
 * log-in what it would have decided; nothing is started, bound or written of it, and the router is only read. An agent that knows this method also knows
 * listed codes and the switch.
 */
import * as z from "zod/mini";
import { keySchema, unixMsSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

const text = (max: number) => z.string().check(z.maxLength(max));
const natural = z.int().check(z.gte(0));

/**
 * How a log-in would have been another: `unknown`: no list has the code. `refused`: Karibu would have said no, `reason` why. `rate`: another speed.
 * `end`: more than five minutes between the ends. `admitted`: the old system said no, and Karibu would have let it in.
 */
export const shadowKinds = ["unknown", "refused", "rate", "end", "admitted"] as const;
export type ShadowKind = (typeof shadowKinds)[number];

const differenceSchema = z.object({
  kind: z.enum(shadowKinds),
  atMs: unixMsSchema,
  /** Hostile text. */
  user: text(200),
  mac: z.nullable(text(17)),
  /** Of `refused`: a reason of the agent's. */
  reason: z.optional(text(40)),
  /** Theirs and ours, of `rate` (kbps down) and `end` (seconds from then). */
  theirs: z.optional(z.nullable(natural)),
  ours: z.optional(z.nullable(natural)),
});
export type ShadowDifference = z.infer<typeof differenceSchema>;

export const shadowRun = rpc("shadow-run", {
  params: z.object({ do: z.enum(["start", "stop", "read"]) }),
  result: z.object({
    /** Null: it does not run. */
    sinceMs: z.nullable(unixMsSchema),
    /** When the router was last read; null: not yet. */
    readAtMs: z.nullable(unixMsSchema),
    /** Why it could not be read the last time; null: it was. */
    problem: z.nullable(text(200)),
    /** Log-ins that were looked at, and those of them that Karibu would have decided alike. */
    seen: natural,
    same: natural,
    /** The newest 200, one of each kind for a user. */
    differences: z.array(differenceSchema).check(z.maxLength(200)),
    /** How far this site's journal goes: what is begun by now stands up to there. Absent: an older agent. */
    journal: z.optional(z.object({ epoch: keySchema, lastSeq: natural })),
  }),
});
export type ShadowReport = z.infer<typeof shadowRun.result>;
