/**
 * Agent -> hub: a customer shows the id of a purchase at another site, and wants to use its grant here. The hub
 * requests the lease from the holder (`release-lease`) and opens the rest of the grant at this site. The grant comes
 * by the feed.
 */
import * as z from "zod/mini";
import { grantSchema } from "../grant.ts";
import { keySchema, textSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

export const claimGrant = rpc("claim-grant", {
  params: z.object({ purchaseId: keySchema }),
  result: z.discriminatedUnion("kind", [
    /** It is this site's (now): the feed has it, or brings it at once. */
    z.object({ kind: z.literal("leased") }),
    /** In use there, or bought grants do not roam between those two sites. `siteName`: where its owner should go. */
    z.object({ kind: z.literal("elsewhere"), siteName: textSchema }),
    /** The holder can't be reached: give the bridge allowance of this grant, once. */
    z.object({ kind: z.literal("bridge"), siteName: textSchema, grant: grantSchema }),
    /** Nothing was bought by that name, or it is not paid (yet), or it was taken back. */
    z.object({ kind: z.literal("unknown") }),
  ]),
});
export type ClaimGrantResult = z.infer<typeof claimGrant.result>;
