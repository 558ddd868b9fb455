/**
 * Uses of promotions. A code's use is reserved in the transaction that makes the purchase, under a lock of its promotion: of two at once for the
 * last one, one is refused. It stays reserved while nobody knows what became of the money, is used with the grant, and is given back
 * when the purchase failed. Money that comes for a failed purchase after all is honoured: its customer paid what was asked of them, also
 * where somebody else has the last use by then.
 */

import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { PromotionRow } from "./promotion-rows.ts";

const dayMs = 86_400_000;

/** The day of the provider's calendar, since 1970. */
export const dayOf = (atMs: number, utcOffsetMinutes: number): number =>
  Math.floor((atMs + utcOffsetMinutes * 60_000) / dayMs);

/** The promotion is locked. @param party null: nobody's number is known, so that what each phone may is not known either */
export async function hasUsesLeft(
  tx: Tx,
  promotion: PromotionRow,
  { party, day }: { readonly party: Party | null; readonly day: number },
): Promise<boolean> {
  const { usesMax: inAll, perPhoneMax: perPhone, perDayMax: perDay } = promotion;
  if (perPhone !== null && party === null) return false;
  if (inAll === null && perPhone === null && perDay === null) return true;
  const row = await tx
    .selectFrom("promotion_uses")
    .select([
      sql<number>`count(*)`.as("all"),
      sql<number>`count(*) filter (where party = ${party})`.as("phone"),
      sql<number>`count(*) filter (where day = ${day})`.as("today"),
    ])
    .where("providerId", "=", promotion.providerId)
    .where("promotionId", "=", promotion.promotionId)
    .where("state", "in", ["reserved", "used"])
    .executeTakeFirstOrThrow();
  const isBelow = (count: number, max: number | null) => max === null || Number(count) < max;
  return isBelow(row.all, inAll) && isBelow(row.phone, perPhone) && isBelow(row.today, perDay);
}

/** Also a deleted one. `code` null: its uses are not counted. Undefined: it was made after the back-up that this hub was restored from. */
export function findPromotion(tx: Tx, promotionId: string): Promise<{ readonly code: string | null } | undefined> {
  return tx.selectFrom("promotions").select("code").where("promotionId", "=", promotionId).executeTakeFirst();
}

export async function reserveUse(tx: Tx, use: Omit<Schema["promotion_uses"], "state">): Promise<void> {
  await tx
    .insertInto("promotion_uses")
    .values({ ...use, state: "reserved" })
    .execute();
}

/** The purchase has come to an end, or was paid after all. Nothing where it used no promotion. */
export async function settleUse(
  tx: Tx,
  { providerId, purchaseId }: { readonly providerId: string; readonly purchaseId: string },
  state: "used" | "given-back",
): Promise<void> {
  await tx
    .updateTable("promotion_uses")
    .set({ state })
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("state", "!=", state)
    .execute();
}
