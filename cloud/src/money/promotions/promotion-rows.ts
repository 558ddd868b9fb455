/** Promotions in the database, and those for everybody in the feed: one transaction writes both. Codes never leave the hub. */

import { newId } from "@karibu/protocol/identifiers";
import type { Promotion } from "@karibu/protocol/offers/promotion";
import { cents, unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";

export type PromotionRow = Selectable<Schema["promotions"]>;

export interface PromotionFields extends Omit<Promotion, "promotionId" | "floorCents"> {
  readonly code: string | null;
  readonly audience: PromotionRow["audience"];
  readonly usesMax: number | null;
  readonly perPhoneMax: number | null;
  readonly perDayMax: number | null;
  readonly active: boolean;
}

export interface PromotionParts {
  readonly world: World;
  readonly publish: Publish;
}

/*
 * What a site is told is a promotion and the lowest price, which are other people's to change, and the later word counts. So each says its word under
 * the provider's lock, and reads the other under it: told from what was there before, one that was deleted meanwhile would be told again, for good.
 */

/** Throws a Problem 409 when another promotion has the code. */
export async function insertPromotion(
  parts: PromotionParts,
  tx: Tx,
  providerId: string,
  fields: PromotionFields,
): Promise<PromotionRow> {
  const nowMs = parts.world.clock.wall().atMs;
  await lockProvider(tx, providerId);
  const row = await tx
    .insertInto("promotions")
    .values({
      providerId,
      promotionId: newId(parts.world),
      ...columnsOf(fields),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      deletedAtMs: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(codeTaken));
  await publishPromotion(parts, tx, row, await readFloor(tx, providerId));
  return row;
}

/** All fields. Purchases that were made with it keep what they were promised. Throws a Problem 404 or 409. */
export async function changePromotion(
  parts: PromotionParts,
  tx: Tx,
  promotionId: string,
  fields: PromotionFields,
): Promise<PromotionRow> {
  const row = await tx
    .updateTable("promotions")
    .set({ ...columnsOf(fields), updatedAtMs: parts.world.clock.wall().atMs })
    .where("promotionId", "=", promotionId)
    .where("deletedAtMs", "is", null)
    .returningAll()
    .executeTakeFirst()
    .catch(onCollision(codeTaken));
  if (row === undefined) throw notFound("promotion");
  await lockProvider(tx, row.providerId);
  await publishPromotion(parts, tx, row, await readFloor(tx, row.providerId));
  return row;
}

/** It holds for nobody any more; what was sold with it stays as it is. Throws a Problem 404. */
export async function deletePromotion(parts: PromotionParts, tx: Tx, promotionId: string): Promise<void> {
  const nowMs = parts.world.clock.wall().atMs;
  const row = await tx
    .updateTable("promotions")
    .set({ deletedAtMs: nowMs, active: false, updatedAtMs: nowMs })
    .where("promotionId", "=", promotionId)
    .where("deletedAtMs", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw notFound("promotion");
  await lockProvider(tx, row.providerId);
  await publishPromotion(parts, tx, row, null);
}

/** Throws a Problem 404. */
export async function readPromotion(tx: Tx, promotionId: string): Promise<PromotionRow> {
  const row = await tx
    .selectFrom("promotions")
    .selectAll()
    .where("promotionId", "=", promotionId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("promotion");
  return row;
}

/** Minor units; null: the provider has set none. */
export async function readFloor(tx: Tx, providerId: string): Promise<number | null> {
  const row = await tx
    .selectFrom("promotion_rules")
    .select("floorCents")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  return row?.floorCents ?? null;
}

export async function writeFloor(parts: PromotionParts, tx: Tx, providerId: string, floorCents: number): Promise<void> {
  const changes = { floorCents, updatedAtMs: parts.world.clock.wall().atMs };
  await lockProvider(tx, providerId);
  await tx
    .insertInto("promotion_rules")
    .values({ providerId, ...changes })
    .onConflict((on) => on.column("providerId").doUpdateSet(changes))
    .execute();
  for (const row of await automaticRows(tx, providerId)) await publishPromotion(parts, tx, row, floorCents);
}

/** Those for everybody that are switched on. */
export async function automaticRows(tx: Tx, providerId: string): Promise<PromotionRow[]> {
  return tx
    .selectFrom("promotions")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("active", "=", true)
    .where("code", "is", null)
    .where("deletedAtMs", "is", null)
    .execute();
}

/** The promotion that this code names, locked until the transaction ends: its uses are counted one after the other. */
export async function lockByCode(tx: Tx, providerId: string, code: string): Promise<PromotionRow | null> {
  const row = await tx
    .selectFrom("promotions")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("code", "=", code)
    .where("active", "=", true)
    .where("deletedAtMs", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export function promotionOf(row: PromotionRow, floorCents: number | null): Promotion {
  return {
    promotionId: row.promotionId,
    name: row.name,
    gift: row.gift,
    fromMs: row.fromMs === null ? null : unixMs(row.fromMs),
    untilMs: row.untilMs === null ? null : unixMs(row.untilMs),
    hours: row.hours,
    planIds: row.planIds,
    siteIds: row.siteIds,
    floorCents: floorCents === null ? null : cents(floorCents),
  };
}

async function publishPromotion(
  { publish }: PromotionParts,
  tx: Tx,
  row: PromotionRow,
  floorCents: number | null,
): Promise<void> {
  const isForAll = row.active && row.code === null && row.deletedAtMs === null;
  await publish(tx, {
    providerId: row.providerId,
    target: { scope: "provider" },
    kind: "promotion",
    key: row.promotionId,
    body: isForAll ? promotionOf(row, floorCents) : null,
  });
}

function columnsOf(fields: PromotionFields) {
  return {
    name: fields.name,
    gift: json(fields.gift),
    code: fields.code,
    fromMs: fields.fromMs,
    untilMs: fields.untilMs,
    hours: json(fields.hours),
    planIds: json(fields.planIds),
    siteIds: json(fields.siteIds),
    audience: fields.audience,
    usesMax: fields.usesMax,
    perPhoneMax: fields.perPhoneMax,
    perDayMax: fields.perDayMax,
    active: fields.active,
  };
}

const codeTaken = () => refusal("code-taken", { field: "code" });

/** How often each was used, is reserved, and what it took off in all, by currency. */
export async function usesOf(tx: Tx, promotionIds: readonly string[]) {
  const rows =
    promotionIds.length === 0
      ? []
      : await tx
          .selectFrom("promotion_uses")
          .select([
            "promotionId",
            sql<number>`count(*) filter (where state = 'used')`.as("used"),
            sql<number>`count(*) filter (where state = 'reserved')`.as("reserved"),
          ])
          .where("promotionId", "in", [...promotionIds])
          .groupBy("promotionId")
          .execute();
  return new Map(
    rows.map((row) => [row.promotionId, { used: Number(row.used), reserved: Number(row.reserved) }] as const),
  );
}
