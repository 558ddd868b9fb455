/** Batches and switched-off vouchers that a restore lost and a site still holds. Who calls has proved that this hub made them. */
import type { BatchBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { noteRestoredVersion } from "../../ground/feed/restored-version.ts";
import { adoptPlan } from "../plans/adopt-plan.ts";
import { keyContext, lockBatch, publishBatch, setBatchActive, type VoucherShop } from "./batches.ts";
import { tellWhereBegun } from "./begun-vouchers.ts";

type Adopters = Omit<VoucherShop, "jobs">;

/**
 * The batch as it was made: codes, price, home site; so what its codes earned counts again. @returns false: its row comes from a hub
 * that did not write down what it costs
 * @param version of the signed row
 */
export async function adoptBatch(
  shop: Adopters,
  tx: Tx,
  providerId: string,
  { body, version }: { readonly body: BatchBody; readonly version: number },
): Promise<boolean> {
  const { sold, batchId, homeSiteId, planName, terms, expiresAtMs } = body;
  if (sold === undefined || homeSiteId === undefined) return false;
  const { planId, priceCents, currency, madeAtMs } = sold;
  await adoptPlan(shop.world, tx, providerId, { planId, name: planName, priceCents, currency, terms });
  const row = await tx
    .insertInto("voucher_batches")
    .values({
      providerId,
      batchId,
      planId,
      planName,
      terms,
      priceCents,
      currency,
      booking: sold.booking ?? "first-use",
      homeSiteId,
      keySealed: shop.envelope.seal(Buffer.from(body.keyHex, "hex"), keyContext(providerId, batchId)),
      prefix: body.prefix,
      length: body.length,
      alphabet: body.alphabet,
      quantity: body.quantity,
      holes: json(body.holes),
      expiresAtMs,
      pinDigits: body.pinDigits ?? null,
      active: body.active,
      state: "ready",
      progressPercent: 100,
      createdAtMs: madeAtMs,
      updatedAtMs: shop.world.clock.wall().atMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await publishBatch(shop, tx, row);
  await noteRestoredVersion(tx, { providerId, batchId, version });
  await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "batch-ready" });
  return true;
}

/** The site redeems the batch, as it did before the restore. */
export async function adoptFollower(
  { publish }: Pick<Adopters, "publish">,
  tx: Tx,
  { providerId, siteId, batchId }: { readonly providerId: string; readonly siteId: string; readonly batchId: string },
): Promise<void> {
  await publish(tx, {
    providerId,
    target: { scope: "site", siteId },
    kind: "follow",
    key: batchId,
    body: { batchId },
  });
}

/** It was switched off after the back-up. */
export async function switchBatchOffAgain(shop: Adopters, tx: Tx, batchId: string): Promise<void> {
  await setBatchActive(shop, tx, batchId, false);
}

/** Its row goes to its sites once more, as it stands. */
export async function repeatBatch(shop: Adopters, tx: Tx, batchId: string): Promise<void> {
  const row = await tx.selectFrom("voucher_batches").selectAll().where("batchId", "=", batchId).executeTakeFirst();
  if (row !== undefined) await publishBatch(shop, tx, row);
}

/** When it was last switched on or off here. Null: never, or there is no such batch. */
export async function readSwitchedAt(tx: Tx, batchId: string): Promise<number | null> {
  const row = await tx
    .selectFrom("voucher_batches")
    .select("switchedAtMs")
    .where("batchId", "=", batchId)
    .executeTakeFirst();
  return row?.switchedAtMs ?? null;
}

/** Null: there is no such batch. */
export async function readHome(
  tx: Tx,
  batchId: string,
): Promise<{ homeSiteId: string | null; quantity: number } | null> {
  const row = await tx
    .selectFrom("voucher_batches")
    .select(["homeSiteId", "quantity"])
    .where("batchId", "=", batchId)
    .executeTakeFirst();
  return row === undefined ? null : { homeSiteId: row.homeSiteId, quantity: row.quantity };
}

/** It was switched off after the back-up. Other exceptions of it stay behind that. */
export async function switchVoucherOffAgain(
  { publish }: Pick<Adopters, "publish">,
  tx: Tx,
  place: { readonly providerId: string; readonly batchId: string; readonly serial: number; readonly atMs: number },
): Promise<void> {
  const { providerId, batchId, serial, atMs } = place;
  const off = { state: "disabled" as const, atMs };
  await lockBatch(tx, batchId);
  await tx
    .insertInto("voucher_exceptions")
    .values({ providerId, batchId, serial, ...off })
    .onConflict((on) => on.columns(["providerId", "batchId", "serial"]).doUpdateSet(off))
    .execute();
  const body = { state: "disabled", atMs: unixMs(atMs) } as const;
  await publish(tx, { providerId, target: { scope: "batch", batchId }, kind: "voucher", key: String(serial), body });
  await tellWhereBegun(publish, tx, { providerId, batchId, serial }, body);
}
