/** Bought grants that a restore lost and their site still holds. Who calls has proved that this hub opened them. */
import type { GrantBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { type GrantRow, heldGrant, readGrantLease } from "./held-grant.ts";
import type { GrantParts } from "./purchase-grant.ts";

export interface LostGrant {
  readonly providerId: string;
  readonly siteId: string;
  readonly body: GrantBody;
  /** Of who bought it; null: nobody knows any more. */
  readonly party: Party | null;
  readonly boughtAtMs: number;
}

/** The grant as it was opened, in its site's feed again. It books nothing. */
export async function adoptGrant(parts: GrantParts, tx: Tx, lost: LostGrant): Promise<void> {
  const { providerId, siteId, body } = lost;
  const { grant } = body;
  const row = await tx
    .insertInto("grants")
    .values({
      provider_id: providerId,
      grant_id: grant.grantId,
      site_id: siteId,
      intent_id: body.purchaseId,
      origin: "purchase",
      plan_name: grant.planName,
      terms: json(grant.terms),
      phone_hash: lost.party,
      unverified: grant.unverified,
      revoked_at_ms: grant.revokedAtMs,
      renews_grant_id: body.renewsGrantId ?? null,
      code: body.code ?? null,
      bundle_intent_id: body.bundleOf ?? null,
      sold: body.sold ?? null,
      created_at_ms: lost.boughtAtMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(parts, tx, row);
  await parts.emit(tx, providerId, { topic: "grant", id: grant.grantId, action: "opened" });
}

/** It was revoked after the back-up. @returns false: there is no such grant, or it is revoked */
export async function revokeAgain(
  parts: GrantParts,
  tx: Tx,
  { providerId, grantId, atMs }: { readonly providerId: string; readonly grantId: string; readonly atMs: number },
): Promise<boolean> {
  const row = await tx
    .updateTable("grants")
    .set({ revoked_at_ms: unixMs(atMs) })
    .where("provider_id", "=", providerId)
    .where("grant_id", "=", grantId)
    .where("revoked_at_ms", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await tell(parts, tx, row);
  await parts.emit(tx, providerId, { topic: "grant", id: grantId, action: "revoked" });
  return true;
}

/** Is there a purchase's grant already, under whichever name? */
export async function hasGrant(tx: Tx, grantId: string, intentId: string | null): Promise<boolean> {
  const row = await tx
    .selectFrom("grants")
    .select("grant_id")
    .where((is) => is.or([is("grant_id", "=", grantId), is("intent_id", "=", intentId ?? "")]))
    .executeTakeFirst();
  return row !== undefined;
}

async function tell({ publish, parties }: GrantParts, tx: Tx, row: GrantRow): Promise<void> {
  const { provider_id: providerId } = row;
  const { siteId, leaseId, body } = heldGrant(parties, row, await readGrantLease(tx, row.grant_id));
  await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });
}
