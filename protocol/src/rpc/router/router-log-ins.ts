/**
 * Hub -> agent: a person may log in to this site's routers for some minutes, or may no longer. The password itself does not travel: the agent is
 * told its NT hash, from which PAP and MS-CHAPv2 can be answered. The agent keeps it in memory alone: a restart ends it.
 *
 * The same order may arrive again: it does not lengthen the password's life, and one that ended stays ended.
 */
import * as z from "zod/mini";
import { routerLogInLevels, routerLogInNamePattern } from "../../router/router-log-in.ts";
import { keySchema, textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const allowRouterLogIn = rpc("allow-router-log-in", {
  params: z.object({
    passwordId: keySchema,
    name: z.string().check(z.regex(routerLogInNamePattern)),
    ntHash: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
    level: z.enum(routerLogInLevels),
    /** By the hub's clock. The agent counts by its own from the order on, and never longer than a quarter of an hour. */
    expiresAtMs: unixMsSchema,
  }),
  result: z.object({
    /** `over`: it ended, or the order came too late. `name-taken`: a customer has this name. `no-radius`: the agent answers no RADIUS. */
    kind: z.enum(["allowed", "over", "name-taken", "no-radius"]),
  }),
});

export const endRouterLogIn = rpc("end-router-log-in", {
  params: z.object({ passwordId: keySchema, name: z.string().check(z.regex(routerLogInNamePattern)) }),
  result: z.object({
    /** Log-ins under this name that the router listed and that are gone now. */
    endedSessions: z.int().check(z.gte(0)),
    /** Those that the router still lists. Null: the router can't be asked. */
    leftSessions: z.nullable(z.int().check(z.gte(0))),
    /** Why some are left: the router's words. */
    why: z.optional(textSchema),
  }),
});
