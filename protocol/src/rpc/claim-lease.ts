/**
 * Agent -> hub: somebody wants to use a voucher here whose lease another site holds. The hub asks the holder to let go and
 * moves the lease; the `transferred` row of the batch's scope says so to everybody, this answer only says it sooner.
 */
import * as z from "zod/mini";
import { leaseUseSchema } from "../feed.ts";
import { keySchema, textSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const claimLease = rpc("claim-lease", {
  params: z.object({
    batchId: keySchema,
    serial: z.int().check(z.gte(0)),
    /**
     * The site has let go of the voucher itself, of the lease of this name, and knows no newer one: what it used goes to whom it let it go to. Zero:
     * of the first lease. Absent: it has not.
     */
    releasedLeaseAtMs: z.optional(z.int().check(z.gte(0))),
  }),
  result: z.discriminatedUnion("kind", [
    /** The site has the lease now. `use`: earlier use at other sites. */
    z.object({ kind: z.literal("leased"), use: leaseUseSchema }),
    /** The holder has it in use, or the voucher roams nowhere. `siteName`: where its owner should go. */
    z.object({ kind: z.literal("elsewhere"), siteName: textSchema }),
    /** The holder can't be reached: give the bridge allowance, once. */
    z.object({ kind: z.literal("bridge"), siteName: textSchema }),
  ]),
});
export type ClaimLeaseResult = z.infer<typeof claimLease.result>;
export type ClaimLeaseParams = z.infer<typeof claimLease.params>;
