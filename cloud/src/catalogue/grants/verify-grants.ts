/** The grants of many payments that are proved now, of several providers, in a few statements for all: what `PurchaseGrants.verify` does for one. */
import { sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Notice, Tx } from "../../ground/db/database.ts";
import { feedNotice, type PublishMany } from "../../ground/feed/publish.ts";
import { type GrantLeaseRow, type GrantRow, heldGrant } from "./held-grant.ts";

export interface VerifiedGrant {
  readonly providerId: string;
  readonly grantId: string;
  /** Of its holder's feed, after the commit; null: its site has forgotten the grant. */
  readonly notice: Notice | null;
}

/** None of a bundle. It emits nothing and wakes nobody: that is the caller's. @returns those that were unverified */
export type VerifyGrants = (
  tx: Tx,
  purchases: readonly { readonly provider_id: string; readonly purchase_id: string }[],
) => Promise<readonly VerifiedGrant[]>;

export function createVerifyGrants({
  parties,
  publishMany,
}: {
  readonly parties: Pick<Parties, "atSite">;
  readonly publishMany: PublishMany;
}): VerifyGrants {
  return async (tx, purchases) => {
    const { rows } = await sql<GrantRow>`
      update grants set unverified = false
      from unnest(${purchases.map((each) => each.provider_id)}::text[], ${purchases.map((each) => each.purchase_id)}::text[])
        as proved (provider_id, purchase_id)
      where grants.provider_id = proved.provider_id and grants.purchase_id = proved.purchase_id and unverified
      returning grants.*`.execute(tx);
    if (rows.length === 0) return [];
    const leases = new Map((await leasesOf(tx, rows)).map((lease) => [lease.grant_id, lease]));
    const verified = rows.map((row) => {
      // A site that has forgotten the grant would take a new row for one that nobody has used.
      if (row.retired_at_ms !== null) return { row, published: null };
      const { siteId, leaseId, body } = heldGrant(parties, row, leases.get(row.grant_id) ?? null);
      const target = { scope: "site", siteId } as const;
      return { row, published: { providerId: row.provider_id, target, kind: "grant", key: leaseId, body } as const };
    });
    await publishMany(
      tx,
      verified.flatMap(({ published }) => published ?? []),
    );
    return verified.map(({ row, published }) => ({
      providerId: row.provider_id,
      grantId: row.grant_id,
      notice: published === null ? null : feedNotice(published),
    }));
  };
}

async function leasesOf(tx: Tx, grants: readonly GrantRow[]): Promise<GrantLeaseRow[]> {
  const { rows } = await sql<GrantLeaseRow>`
    select grant_leases.* from grant_leases
    join unnest(${grants.map((each) => each.provider_id)}::text[], ${grants.map((each) => each.grant_id)}::text[])
      as asked (provider_id, grant_id) using (provider_id, grant_id)`.execute(tx);
  return rows;
}
