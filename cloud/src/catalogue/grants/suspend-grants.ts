/**
 * What a customer bought is held back while the customer is suspended, and goes on afterwards; calendar time runs meanwhile. The sites are
 * told in the transaction that switches the customer, so a connected one ends the sessions within seconds.
 */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { heldGrant, readGrantLease } from "./held-grant.ts";
import type { GrantParts } from "./purchase-grant.ts";

/** All grants of this customer that a site still holds. @returns how many changed */
export async function suspendGrants(
  { world, parties, publish, emit }: GrantParts,
  tx: Tx,
  {
    providerId,
    party,
    isSuspended,
  }: { readonly providerId: string; readonly party: Party; readonly isSuspended: boolean },
): Promise<number> {
  const rows = await tx
    .updateTable("grants")
    .set({ suspendedAtMs: isSuspended ? world.clock.wall().atMs : null })
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .where("revokedAtMs", "is", null)
    .where("retiredAtMs", "is", null)
    .where("suspendedAtMs", isSuspended ? "is" : "is not", null)
    .returningAll()
    .execute();
  for (const row of rows) {
    const { siteId, leaseId, body } = heldGrant(parties, row, await readGrantLease(tx, row.grantId));
    await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });
    await emit(tx, providerId, { topic: "grant", id: row.grantId, action: isSuspended ? "suspended" : "resumed" });
  }
  return rows.length;
}
