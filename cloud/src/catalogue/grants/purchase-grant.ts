/** Grants that payments open: one per purchase, or one for each code of a bundle. The feed brings it to the site of the purchase. */

import { newId } from "@karibu/protocol/identifiers";
import type { Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import type { ExpressionBuilder } from "kysely";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { isSuspended } from "../customers/customers.ts";
import { type GrantRow, heldGrant, readGrantLease } from "./held-grant.ts";

export interface PurchaseGrants {
  /** In the transaction that books the money. A second call for the same purchase opens nothing. @returns whether it is new */
  open(tx: Tx, purchase: PaidPurchase, unverified: boolean): Promise<boolean>;
  /** The purchase's grant is no longer unverified: publishes that to the site. */
  verify(tx: Tx, providerId: string, purchaseId: string): Promise<void>;
  /** The money was taken back: the rest of the grant ends, at every site. */
  revoke(tx: Tx, providerId: string, purchaseId: string): Promise<void>;
  /** The purchase's grant can be opened by this code from now on, like a voucher; one that has a code keeps it. @returns its code; null: there is no grant */
  giveCode(
    tx: Tx,
    purchase: { readonly providerId: string; readonly purchaseId: string; readonly code: string },
  ): Promise<string | null>;
}

export interface GrantParts {
  readonly world: World;
  readonly parties: Pick<Parties, "atSite">;
  readonly publish: Publish;
  readonly emit: Emit;
}

export interface PaidPurchase {
  readonly providerId: string;
  readonly purchaseId: string;
  readonly siteId: string;
  readonly planName: string;
  readonly terms: Terms;
  /** Of who bought it; null: nobody's number is known, and only its code opens it. */
  readonly party: Party | null;
  /** The grant that it continues: the same devices get it automatically. */
  readonly renewsGrantId?: string | null;
  /** Opens it like a voucher. Null: the customer's device has it without a code. */
  readonly code: string | null;
  /** Of a bundle: each opens a grant of its own with the same terms. */
  readonly moreCodes?: readonly string[];
  /** As in `grants.sold`. */
  readonly sold?: string | null;
}

/** The purchase's own grant, and those of its further codes. */
const isOf = (purchaseId: string) => (is: ExpressionBuilder<Schema, "grants">) =>
  is.or([is("purchaseId", "=", purchaseId), is("bundlePurchaseId", "=", purchaseId)]);

/** The further codes that a purchase gave, in a fixed order. */
export async function bundleCodes(tx: Tx, providerId: string, purchaseId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("grants")
    .select("code")
    .where("providerId", "=", providerId)
    .where("bundlePurchaseId", "=", purchaseId)
    .orderBy("code")
    .execute();
  return rows.flatMap(({ code }) => (code === null ? [] : [code]));
}

export function createPurchaseGrants({ world, parties, publish, emit }: GrantParts): PurchaseGrants {
  /** All that the purchase opened. */
  async function tell(tx: Tx, providerId: string, purchaseId: string, action: string): Promise<void> {
    const rows = await tx
      .selectFrom("grants")
      .selectAll()
      .where("providerId", "=", providerId)
      .where(isOf(purchaseId))
      .orderBy("grantId")
      .execute();
    for (const row of rows) await tellOne(tx, providerId, row, action);
  }

  async function tellOne(tx: Tx, providerId: string, row: GrantRow, action: string): Promise<void> {
    // A site that has forgotten the grant would take a new row for one that nobody has used.
    if (row.retiredAtMs === null) {
      // Its lease may have moved since: publish to the current holder.
      const { siteId, leaseId, body } = heldGrant(parties, row, await readGrantLease(tx, row.grantId));
      await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });
    }
    await emit(tx, providerId, { topic: "grant", id: row.grantId, action });
  }

  return {
    async open(tx, purchase, unverified) {
      const { providerId, purchaseId } = purchase;
      const { codes: _, ...terms } = purchase.terms;
      const each = {
        providerId,
        siteId: purchase.siteId,
        origin: "purchase" as const,
        planName: purchase.planName,
        terms: json(terms),
        phoneHash: purchase.party,
        unverified,
        // Money that was on its way when its customer was suspended.
        suspendedAtMs: (await isSuspended(tx, purchase.party, true)) ? world.clock.wall().atMs : null,
        createdAtMs: world.clock.wall().atMs,
      };
      const opened = await tx
        .insertInto("grants")
        .values({
          ...each,
          grantId: newId(world),
          purchaseId,
          renewsGrantId: purchase.renewsGrantId ?? null,
          code: purchase.code,
          sold: purchase.sold ?? null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (opened.numInsertedOrUpdatedRows === 0n) return false;
      for (const code of purchase.moreCodes ?? [])
        await tx
          .insertInto("grants")
          .values({ ...each, grantId: newId(world), bundlePurchaseId: purchaseId, code })
          .execute();
      await tell(tx, providerId, purchaseId, "opened");
      return true;
    },
    async verify(tx, providerId, purchaseId) {
      const changed = await tx
        .updateTable("grants")
        .set({ unverified: false })
        .where("providerId", "=", providerId)
        .where(isOf(purchaseId))
        .where("unverified", "=", true)
        .executeTakeFirst();
      if (changed.numUpdatedRows > 0n) await tell(tx, providerId, purchaseId, "verified");
    },
    async revoke(tx, providerId, purchaseId) {
      const changed = await tx
        .updateTable("grants")
        .set({ revokedAtMs: world.clock.wall().atMs })
        .where("providerId", "=", providerId)
        .where(isOf(purchaseId))
        .where("revokedAtMs", "is", null)
        .executeTakeFirst();
      if (changed.numUpdatedRows > 0n) await tell(tx, providerId, purchaseId, "revoked");
    },
    async giveCode(tx, { providerId, purchaseId, code }) {
      const changed = await tx
        .updateTable("grants")
        .set({ code })
        .where("providerId", "=", providerId)
        .where("purchaseId", "=", purchaseId)
        .where("code", "is", null)
        .executeTakeFirst();
      if (changed.numUpdatedRows > 0n) await tell(tx, providerId, purchaseId, "code");
      const row = await tx
        .selectFrom("grants")
        .select("code")
        .where("providerId", "=", providerId)
        .where("purchaseId", "=", purchaseId)
        .executeTakeFirst();
      return row?.code ?? null;
    },
  };
}
