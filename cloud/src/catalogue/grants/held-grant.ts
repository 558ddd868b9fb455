/** A bought grant in its holder's feed: as it was bought, or the rest of it when its lease moved there. */

import type { GrantBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";

export type GrantRow = Selectable<Schema["grants"]>;
export type GrantLeaseRow = Selectable<Schema["grant_leases"]>;

export interface GrantHolder {
  readonly siteId: string;
  /** Its key in the feed of that site, and its id in that site's journal. */
  readonly leaseId: string;
}

export interface HeldGrant extends GrantHolder {
  readonly body: GrantBody;
}

/** The grant that a purchase opened, not the codes of a bundle. Undefined: none. */
export const grantOfPurchase = (tx: Tx, providerId: string, purchaseId: string): Promise<GrantRow | undefined> =>
  tx
    .selectFrom("grants")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();

/** The code that a row's purchase gave, not those of a bundle; as a column. @param table has `provider_id` and `purchase_id` */
export const codeOfPurchase = (table: string): RawBuilder<string | null> => sql`(select code from grants
  where grants.provider_id = ${sql.ref(`${table}.providerId`)} and grants.purchase_id = ${sql.ref(`${table}.purchaseId`)})`;

/** What a purchase's grant opens with, and when it ends where it has begun. Undefined: it has none. */
export const codeAndEndOf = (tx: Tx, providerId: string, purchaseId: string) =>
  tx
    .selectFrom("grants")
    .leftJoin("grant_starts", (join) =>
      join
        .onRef("grant_starts.providerId", "=", "grants.providerId")
        .onRef("grant_starts.grantId", "=", "grants.grantId"),
    )
    .select(["grants.code", "grant_starts.endsAtMs"])
    .where("grants.providerId", "=", providerId)
    .where("grants.purchaseId", "=", purchaseId)
    .executeTakeFirst();

/** The bought grant that one of these codes opens. Undefined: none. */
export const grantOfCode = (tx: Tx, providerId: string, codes: readonly string[]) =>
  tx
    .selectFrom("grants")
    .select(["code", "purchaseId", "revokedAtMs"])
    .where("providerId", "=", providerId)
    .where("code", "in", codes)
    .executeTakeFirst();

export async function readGrantLease(tx: Tx, grantId: string): Promise<GrantLeaseRow | null> {
  return (await tx.selectFrom("grant_leases").selectAll().where("grantId", "=", grantId).executeTakeFirst()) ?? null;
}

/** SQL of an array: what sites have called a bought grant since its purchase, by itself and by each of its leases. Another grant has its own name alone. */
export const namesAtSites = (providerId: RawBuilder<unknown>, grantId: RawBuilder<unknown>): RawBuilder<string[]> =>
  sql`array(select ${grantId} union all
    select moved.grant_id || '.' || step from grant_leases moved, generate_series(1, moved.number) step
    where moved.provider_id = ${providerId} and moved.grant_id = ${grantId})`;

/** The grant's lease is at another site from now on. */
export async function keepGrantLease(tx: Tx, { providerId, grantId, ...lease }: GrantLeaseRow): Promise<void> {
  const row = { ...lease, terms: json(lease.terms) };
  await tx
    .insertInto("grant_leases")
    .values({ providerId, grantId, ...row })
    .onConflict((on) => on.columns(["providerId", "grantId"]).doUpdateSet(row))
    .execute();
}

export function grantHolder(
  row: Pick<GrantRow, "siteId" | "grantId">,
  lease: Pick<GrantLeaseRow, "siteId" | "leaseId"> | null,
): GrantHolder {
  return { siteId: lease?.siteId ?? row.siteId, leaseId: lease?.leaseId ?? row.grantId };
}

export function heldGrant(parties: Pick<Parties, "atSite">, row: GrantRow, lease: GrantLeaseRow | null): HeldGrant {
  const { siteId, leaseId } = grantHolder(row, lease);
  return {
    siteId,
    leaseId,
    body: {
      grant: {
        grantId: leaseId,
        origin: "purchase",
        planName: row.planName,
        terms: lease?.terms ?? row.terms,
        startedAtMs: momentOf(lease?.startedAtMs),
        endsAtMs: momentOf(lease?.endsAtMs),
        revokedAtMs: momentOf(row.revokedAtMs),
        unverified: row.unverified,
        // The site has the sentence, in the customer's language.
        ...(row.suspendedAtMs === null ? {} : { suspended: { reason: "" } }),
      },
      purchaseId: row.purchaseId,
      phoneHash: row.phoneHash === null ? null : parties.atSite(siteId, row.phoneHash),
      ...(row.code === null ? {} : { code: row.code }),
      ...(row.bundlePurchaseId === null ? {} : { bundleOf: row.bundlePurchaseId }),
      ...(row.sold === null ? {} : { sold: row.sold }),
      ...(row.renewsGrantId === null || lease !== null ? {} : { renewsGrantId: row.renewsGrantId }),
    },
  };
}

function momentOf(atMs: number | null | undefined) {
  return atMs == null ? null : unixMs(atMs);
}
