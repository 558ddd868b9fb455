/**
 * Hub -> agent: the site's hotspot goes over from the old system to Karibu, or back. The agent alone knows the sentences; the order carries no name of the
 * router's. Done in steps that are each harmless to repeat, and the state stands at the router itself (kept users carry a mark), so the same order may come
 * again after a power cut or a lost answer and goes on where it stopped.
 */
import * as z from "zod/mini";
import { textSchema, unixMsSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

const natural = z.int().check(z.gte(0));

export const switchTakeover = rpc("switch-takeover", {
  params: z.object({
    to: z.enum(["karibu", "before", "read"]),
    /** Who ordered it, for the agent's own log of API calls. */
    actor: textSchema,
    /** With `read`: is the router looked at for what would refuse a switch now? An older agent does not know it. */
    check: z.optional(z.boolean()),
    /** Not begun after this time, by the hub's clock. */
    expiresAtMs: unixMsSchema,
  }),
  result: z.object({
    /** `working`: ask again. `undone`: the hub was not heard in safe mode, so the router took it back. `refused`, `failed`: `why` says it. */
    kind: z.enum(["before", "karibu", "working", "refused", "failed", "undone"]),
    why: z.optional(textSchema),
    /** Of a check: why a switch would be refused now. Absent: nothing is known of it. */
    hindrance: z.optional(textSchema),
    /** Local users that are taken over, and those of them that are put aside by now. */
    users: natural,
    kept: natural,
    /** Sessions of the old system that run on, known to Karibu with what they have left. */
    adopted: natural,
    /** Sessions that run under a name that no list has: they stay as they are. */
    strangers: natural,
  }),
});
export type SwitchState = z.infer<typeof switchTakeover.result>;
