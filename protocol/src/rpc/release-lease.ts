/** Hub -> agent: another site wants this voucher. The holder lets go unless somebody is online with it. */
import * as z from "zod/mini";
import { codeGuardSchema } from "../codes/code-guard.ts";
import { leaseUseSchema } from "../feed.ts";
import { keySchema, unixMsSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const releaseLease = rpc("release-lease", {
  params: z.object({
    grantId: keySchema,
    /** When the lease came to the site, by the hub's clock; 0: it was there from birth. Absent: an older hub asks. */
    leaseAtMs: z.optional(unixMsSchema),
  }),
  result: z.discriminatedUnion("kind", [
    /** This is on disk before the answer is sent: the grant is not valid at the site any more. */
    z.object({
      kind: z.literal("released"),
      use: leaseUseSchema,
      /** What its customer did here against theft of it: the record of that may still be on its way. Absent: nothing, or an older site. */
      guard: z.optional(codeGuardSchema),
    }),
    z.object({ kind: z.literal("in-use") }),
  ]),
});
export type ReleaseLeaseResult = z.infer<typeof releaseLease.result>;
