/** Bought grants that a restore lost and their site still holds. Who calls has proved that this hub opened them. */
import type { GrantBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { isSuspended } from "../customers/customers.ts";
import { type GrantRow, heldGrant, namesAtSites, readGrantLease } from "./held-grant.ts";
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
      providerId,
      grantId: grant.grantId,
      siteId,
      purchaseId: body.purchaseId,
      origin: "purchase",
      planName: grant.planName,
      terms: json(grant.terms),
      phoneHash: lost.party,
      unverified: grant.unverified,
      revokedAtMs: grant.revokedAtMs,
      renewsGrantId: body.renewsGrantId ?? null,
      code: body.code ?? null,
      bundlePurchaseId: body.bundleOf ?? null,
      sold: body.sold ?? null,
      // Who is suspended is so in what comes back, too.
      suspendedAtMs: (await isSuspended(tx, lost.party, true)) ? parts.world.clock.wall().atMs : null,
      createdAtMs: lost.boughtAtMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(parts, tx, row, "opened");
}

/** It was revoked after the back-up. @returns false: there is no such grant, or it is revoked */
export async function revokeAgain(
  parts: GrantParts,
  tx: Tx,
  { providerId, grantId, atMs }: { readonly providerId: string; readonly grantId: string; readonly atMs: number },
): Promise<boolean> {
  const row = await tx
    .updateTable("grants")
    .set({ revokedAtMs: unixMs(atMs) })
    .where("providerId", "=", providerId)
    .where("grantId", "=", grantId)
    .where("revokedAtMs", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await tell(parts, tx, row, "revoked");
  return true;
}

/** @param grantId its name, or that of its lease */
export async function hasGrant(tx: Tx, grantId: string): Promise<boolean> {
  const row = await tx.selectFrom("grants").select("grantId").where("grantId", "=", grantId).executeTakeFirst();
  return row !== undefined;
}

/**
 * One payment opens one grant. After a restore the hub may hear of the payment, and open its grant, before the site gives back the one that
 * it had opened then. Of the two the lost one stays, for its customer may be online with it: the other is revoked, unless somebody has begun it.
 * Of a bundle each further code's grant stands for one other.
 *
 * @param sinceMs of the restore: a hub that is restored twice may have opened the other one after the first time
 * @returns `none`: there is no other; `gave-way`; `stands`: the other was begun or revoked, and the lost one is over
 */
export async function giveWay(
  parts: GrantParts,
  tx: Tx,
  lost: Pick<LostGrant, "providerId" | "body"> & { readonly sinceMs: number },
): Promise<"none" | "gave-way" | "stands"> {
  const { providerId, body, sinceMs } = lost;
  const { purchaseId, bundleOf = null } = body;
  const boughtBy = purchaseId ?? bundleOf;
  if (boughtBy === null) return "none";
  const others = await tx
    .selectFrom("grants")
    .select((is) => [
      "grantId",
      "revokedAtMs",
      is
        .exists(
          is
            .selectFrom("grant_starts")
            .select("grantId")
            .whereRef("grant_starts.providerId", "=", "grants.providerId")
            .where(
              sql<boolean>`grant_starts.grant_id = any (${namesAtSites(sql.ref("grants.providerId"), sql.ref("grants.grantId"))})`,
            ),
        )
        .as("isBegun"),
    ])
    .where("providerId", "=", providerId)
    .where(purchaseId === null ? "bundlePurchaseId" : "purchaseId", "=", boughtBy)
    // A purchase has one of its own, whenever that was opened; of a bundle those of before are others.
    .$if(purchaseId === null, (is) => is.where("createdAtMs", ">=", sinceMs))
    .orderBy("grantId")
    .forUpdate()
    .execute();
  if (others.length === 0) return "none";
  const unused = others.find((other) => !other.isBegun && other.revokedAtMs === null);
  if (unused === undefined) return "stands";
  const row = await tx
    .updateTable("grants")
    .set({ purchaseId: null, bundlePurchaseId: null, revokedAtMs: parts.world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("grantId", "=", unused.grantId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(parts, tx, row, "revoked");
  return "gave-way";
}

/** Its site, and who looks at it. */
async function tell({ publish, parties, emit }: GrantParts, tx: Tx, row: GrantRow, action: string): Promise<void> {
  const { providerId } = row;
  const { siteId, leaseId, body } = heldGrant(parties, row, await readGrantLease(tx, row.grantId));
  await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });
  await emit(tx, providerId, { topic: "grant", id: row.grantId, action });
}
