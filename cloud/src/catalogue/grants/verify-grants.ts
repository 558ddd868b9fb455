/** The grants of many payments that are proved now, of several providers, in a few statements for all: what `PurchaseGrants.verify` does for one. */
import { sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { PublishedRow } from "../../ground/feed/publish.ts";
import { type GrantLeaseRow, type GrantRow, heldGrant } from "./held-grant.ts";

export interface VerifiedGrant {
  readonly providerId: string;
  readonly grantId: string;
  /** For its holder's feed; null: its site has forgotten the grant. */
  readonly published: PublishedRow | null;
}

/** None of a bundle. It publishes and emits nothing: that is the caller's. @returns those that were unverified */
export type VerifyGrants = (
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly purchaseId: string }[],
) => Promise<readonly VerifiedGrant[]>;

/** Locks the grants of these purchases, and waits for nobody. @returns those of whose grants somebody holds one */
export async function lockFreeGrants(
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly purchaseId: string }[],
): Promise<readonly { readonly providerId: string; readonly purchaseId: string }[]> {
  if (purchases.length === 0) return [];
  const { rows } = await sql<{ providerId: string; purchaseId: string }>`
    with asked as (
      select * from unnest(${purchases.map((each) => each.providerId)}::text[], ${purchases.map((each) => each.purchaseId)}::text[])
        as asked (provider_id, purchase_id)
    ), free as (
      select provider_id, grant_id from grants join asked using (provider_id, purchase_id)
      order by grant_id for no key update of grants skip locked
    )
    select provider_id, purchase_id from grants join asked using (provider_id, purchase_id)
    where not exists (select from free where free.provider_id = grants.provider_id and free.grant_id = grants.grant_id)`.execute(
    tx,
  );
  return rows;
}

export function createVerifyGrants({ parties }: { readonly parties: Pick<Parties, "atSite"> }): VerifyGrants {
  return async (tx, purchases) => {
    const { rows } = await sql<GrantRow>`
      update grants set unverified = false
      from unnest(${purchases.map((each) => each.providerId)}::text[], ${purchases.map((each) => each.purchaseId)}::text[])
        as proved (provider_id, purchase_id)
      where grants.provider_id = proved.provider_id and grants.purchase_id = proved.purchase_id and unverified
      returning grants.*`.execute(tx);
    if (rows.length === 0) return [];
    const leases = new Map((await leasesOf(tx, rows)).map((lease) => [lease.grantId, lease]));
    return rows.map((row) => {
      const id = { providerId: row.providerId, grantId: row.grantId };
      // A site that has forgotten the grant would take a new row for one that nobody has used.
      if (row.retiredAtMs !== null) return { ...id, published: null };
      const { siteId, leaseId, body } = heldGrant(parties, row, leases.get(row.grantId) ?? null);
      const target = { scope: "site", siteId } as const;
      return { ...id, published: { providerId: row.providerId, target, kind: "grant", key: leaseId, body } as const };
    });
  };
}

async function leasesOf(tx: Tx, grants: readonly GrantRow[]): Promise<GrantLeaseRow[]> {
  const { rows } = await sql<GrantLeaseRow>`
    select grant_leases.* from grant_leases
    join unnest(${grants.map((each) => each.providerId)}::text[], ${grants.map((each) => each.grantId)}::text[])
      as asked (provider_id, grant_id) using (provider_id, grant_id)`.execute(tx);
  return rows;
}
