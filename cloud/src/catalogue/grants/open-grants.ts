/** Opens the grants of many payments, of several providers, in a few statements for all: what `PurchaseGrants.open` does for one. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Notice, Tx } from "../../ground/db/database.ts";
import { rowsInJson } from "../../ground/db/json.ts";
import { feedNotice, type PublishedRow, type PublishMany } from "../../ground/feed/publish.ts";
import { customersLockedFor } from "../customers/customers.ts";
import { type GrantRow, heldGrant } from "./held-grant.ts";
import type { PaidPurchase } from "./purchase-grant.ts";

/** None of a bundle. */
export interface OpenedPurchase extends PaidPurchase {
  readonly unverified: boolean;
}

export interface OpenedGrant {
  readonly providerId: string;
  readonly purchaseId: string;
  readonly grantId: string;
  /** Of its site's feed, after the commit. */
  readonly notice: Notice;
}

/** What a new grant has; all else is empty, or as the table has it. */
const columns = [
  "provider_id",
  "grant_id",
  "site_id",
  "purchase_id",
  "origin",
  "plan_name",
  "terms",
  "phone_hash",
  "unverified",
  "created_at_ms",
  "renews_grant_id",
  "code",
  "sold",
].map((name) => sql.ref(name));

/**
 * It emits nothing and wakes nobody: that is the caller's.
 * @param also rows of other grants for the same round of feeds
 * @returns those that are new
 */
export type OpenGrants = (
  tx: Tx,
  purchases: readonly OpenedPurchase[],
  also?: readonly PublishedRow[],
) => Promise<readonly OpenedGrant[]>;

export function createOpenGrants({
  world,
  parties,
  publishMany,
}: {
  readonly world: World;
  readonly parties: Pick<Parties, "atSite">;
  readonly publishMany: PublishMany;
}): OpenGrants {
  return async (tx, purchases, also = []) => {
    const nowMs = world.clock.wall().atMs;
    const rows = purchases.map((purchase): GrantRow => {
      const { codes: _, ...terms } = purchase.terms;
      return {
        providerId: purchase.providerId,
        grantId: newId(world),
        siteId: purchase.siteId,
        purchaseId: purchase.purchaseId,
        origin: "purchase",
        planName: purchase.planName,
        terms,
        phoneHash: purchase.party,
        unverified: purchase.unverified,
        createdAtMs: nowMs,
        revokedAtMs: null,
        renewsGrantId: purchase.renewsGrantId ?? null,
        code: purchase.code,
        bundlePurchaseId: null,
        sold: purchase.sold ?? null,
        isTest: false,
        suspendedAtMs: null,
        retiredAtMs: null,
      };
    });
    const opened = rows.length === 0 ? [] : await insertGrants(tx, rows, nowMs);
    const suspendedAtMs = new Map(opened.map((row) => [row.grantId, row.suspendedAtMs]));
    const fresh = rows.flatMap((row) => {
      const atMs = suspendedAtMs.get(row.grantId);
      return atMs === undefined ? [] : [{ ...row, suspendedAtMs: atMs }];
    });
    const published = fresh.map((row) => {
      // A grant that is new has no lease yet.
      const { siteId, leaseId, body } = heldGrant(parties, row, null);
      return {
        providerId: row.providerId,
        target: { scope: "site", siteId },
        kind: "grant",
        key: leaseId,
        body,
      } as const;
    });
    await publishMany(tx, [...also, ...published]);
    return fresh.map((row, index) => ({
      providerId: row.providerId,
      purchaseId: row.purchaseId as string,
      grantId: row.grantId,
      notice: feedNotice(published[index] as (typeof published)[number]),
    }));
  };
}

async function insertGrants(tx: Tx, rows: readonly GrantRow[], nowMs: number) {
  // Money that was on its way when its customer was suspended.
  const { rows: opened } = await sql<{ grantId: string; suspendedAtMs: number | null }>`
    with fresh as materialized (select * from jsonb_populate_recordset(null::grants, ${rowsInJson(rows)}::jsonb)),
    known as materialized (${customersLockedFor("fresh")})
    insert into grants (${sql.join(columns)}, suspended_at_ms)
    select ${sql.join(columns)}, case when exists (select from known where known.provider_id = fresh.provider_id
      and known.phone_hash = fresh.phone_hash and not known.active) then ${nowMs}::bigint end
    from fresh
    on conflict do nothing returning grant_id, suspended_at_ms`.execute(tx);
  return opened;
}
