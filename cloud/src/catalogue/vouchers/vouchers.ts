/** Single vouchers: computed from their batch, joined with what sites reported about them. */

import {
  decodeVoucherCode,
  encodeVoucherCode,
  normaliseVoucherCode,
  type VoucherShape,
  voucherPin,
} from "@karibu/protocol/codes/voucher-code";
import type { VoucherBody } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { type LiveBatch, stateOfVoucher, type VoucherState } from "./batch-policy.ts";
import { type BatchRow, lockBatch, openLiveBatch, readBatch, type VoucherShop } from "./batches.ts";
import { tellWhereBegun } from "./begun-vouchers.ts";
import { findListed, readListedTexts } from "./listed-codes.ts";
import { idAt, type Place, readVoucherFacts, refundedCentsOf, type VoucherFacts } from "./voucher-facts.ts";

export interface Voucher {
  readonly voucherId: string;
  readonly batchId: string;
  readonly serial: number;
  readonly planId: string;
  readonly homeSiteId: string | null;
  readonly code: string;
  /** Null: it has none, or the reader may not see it. */
  readonly pin: string | null;
  readonly shape: Pick<VoucherShape, "length" | "alphabet">;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly state: VoucherState;
  /** Its sale is in the books, also where nobody has used it yet. */
  readonly isSold: boolean;
  /** Its price, or a part of it, was refunded, or is on its way: once it is off it stays so. */
  readonly isRefunded: boolean;
  /** How much of it. */
  readonly refundedCents: number;
  readonly grantId: string | null;
  readonly siteId: string | null;
  readonly redeemedAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly usedBytes: number;
  readonly usedSeconds: number;
}

/** Vouchers of these serials, in their order. */
export function readVouchers(
  shop: VoucherShop,
  tx: Tx,
  batch: BatchRow,
  serials: readonly number[],
): Promise<Voucher[]> {
  return readVouchersAt(
    shop,
    tx,
    serials.map((serial) => ({ batch, serial })),
  );
}

/** Vouchers of several batches, in the order of their places, with as many queries as for one batch. */
export async function readVouchersAt(shop: VoucherShop, tx: Tx, places: readonly Place[]): Promise<Voucher[]> {
  if (places.length === 0) return [];
  const nowMs = shop.world.clock.wall().atMs;
  const codeOf = await readCodes(shop.envelope, tx, places);
  const factsOf = await readVoucherFacts(tx, places);
  return places.map((place) => {
    const { batch, serial } = place;
    const code = codeOf(batch.batchId, serial);
    const pin =
      batch.pinDigits === null ? null : voucherPin(openLiveBatch(shop.envelope, batch), serial, batch.pinDigits);
    return { ...voucherOf(place, factsOf(place), nowMs), code, pin, shape: shapeOfCode(batch, code) };
  });
}

/** As its batch and what is known of it make it: all but its code. */
function voucherOf(
  place: Place,
  { isSwitchedOff, isSold, refundedCents, firstUse, used }: VoucherFacts,
  nowMs: number,
): Omit<Voucher, "code" | "pin" | "shape"> {
  const { batch, serial } = place;
  const redeemedAtMs = firstUse?.startedAtMs ?? null;
  const isDisabled = isSwitchedOff || !batch.active;
  return {
    voucherId: idAt(place),
    batchId: batch.batchId,
    serial,
    planId: batch.planId,
    homeSiteId: batch.homeSiteId,
    planName: batch.planName,
    priceCents: batch.priceCents,
    currency: batch.currency,
    state: stateOfVoucher(
      { redeemedAtMs, endsAtMs: firstUse?.overAtMs ?? null, isDisabled, batchExpiresAtMs: batch.expiresAtMs },
      nowMs,
    ),
    isSold,
    isRefunded: refundedCents !== null,
    refundedCents: refundedCents ?? 0,
    grantId: firstUse?.grantId ?? null,
    siteId: firstUse?.siteId ?? null,
    redeemedAtMs,
    endsAtMs: firstUse?.endsAtMs ?? null,
    ...used,
  };
}

/** Codes of our own formula are computed, those of other systems read. Pure once it resolved. */
export async function readCodes(
  envelope: VoucherShop["envelope"],
  tx: Tx,
  places: readonly Place[],
): Promise<(batchId: string, serial: number) => string> {
  const batches = new Map(places.map(({ batch }) => [batch.batchId, batch]));
  const listed = places.filter(({ batch }) => batch.takeoverId !== null);
  const texts = await readListedTexts(envelope, tx, {
    batchIds: [...new Set(listed.map(({ batch }) => batch.batchId))],
    serials: [...new Set(listed.map(({ serial }) => serial))],
  });
  const shapes = new Map<string, LiveBatch>();
  for (const [batchId, batch] of batches)
    if (batch.takeoverId === null) shapes.set(batchId, openLiveBatch(envelope, batch));
  return (batchId, serial) => {
    const shape = shapes.get(batchId);
    return shape === undefined ? (texts.get(`${batchId}.${serial}`) ?? "") : encodeVoucherCode(shape, serial);
  };
}

/** Nobody knows how another system drew its codes: one of digits alone counts as drawn from digits. */
export function shapeOfCode(batch: BatchRow, code: string): Voucher["shape"] {
  if (batch.takeoverId === null) return { length: batch.length, alphabet: batch.alphabet };
  return { length: code.length, alphabet: /^\d*$/.test(code) ? "digits" : "letters" };
}

/** Serials of a batch after `serial`, without its holes. */
export function serialsAfter(batch: BatchRow, serial: number, count: number): number[] {
  const holes = new Set(batch.holes);
  const serials: number[] = [];
  for (let next = serial + 1; next < batch.quantity && serials.length < count; next++) {
    if (!holes.has(next)) serials.push(next);
  }
  return serials;
}

/** The vouchers with this code: one or none; several only among batches that are no longer live. */
export async function findByCode(shop: VoucherShop, tx: Tx, typed: string): Promise<Voucher[]> {
  const code = normaliseVoucherCode(typed);
  const batches = await tx
    .selectFrom("voucher_batches")
    .selectAll()
    .where(sql<number>`length(prefix) + length`, "=", code.length)
    .where(sql<boolean>`starts_with(${code}, prefix)`, "=", true)
    .where("takeoverId", "is", null)
    .orderBy("batchId", "desc")
    .execute();
  const found: Voucher[] = [];
  for (const batch of batches) {
    const serial = decodeVoucherCode(openLiveBatch(shop.envelope, batch), code);
    if (serial !== null) found.push(...(await readVouchers(shop, tx, batch, [serial])));
  }
  for (const { batchId, serial } of await findListed(shop.envelope, tx, typed))
    found.push(...(await readVouchers(shop, tx, await readBatch(tx, batchId), [serial])));
  return found;
}

/** `<batchId>.<serial>`; throws a Problem 404. */
export async function readVoucher(shop: VoucherShop, tx: Tx, voucherId: string): Promise<Voucher> {
  const { batch, serial } = await placeOf(tx, voucherId);
  return (await readVouchers(shop, tx, batch, [serial]))[0] as Voucher;
}

/** On or off, for one voucher. Every site that follows the batch gets it, and every site where the voucher began. */
export async function setVoucherDisabled(
  shop: VoucherShop,
  tx: Tx,
  voucherId: string,
  isDisabled: boolean,
): Promise<Voucher> {
  const { batch, serial } = await placeOf(tx, voucherId);
  const { batchId, providerId } = batch;
  await lockBatch(tx, batchId);
  if (await isOverElsewhere(tx, { batchId, serial })) {
    if (isDisabled) return (await readVouchers(shop, tx, batch, [serial]))[0] as Voucher;
    throw refusal("voucher-over");
  }
  const atMs = shop.world.clock.wall().atMs;
  const row = { providerId, batchId, serial, state: "disabled" as const, atMs };
  if (isDisabled) {
    await tx
      .insertInto("voucher_exceptions")
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(["providerId", "batchId", "serial"]).doUpdateSet({ state: row.state, atMs }),
      )
      .execute();
  } else {
    await refuseRefunded(tx, voucherId);
  }
  const body = isDisabled ? { state: row.state, atMs: unixMs(atMs) } : await endDisabled(tx, batch, serial);
  await shop.publish(tx, {
    providerId,
    target: { scope: "batch", batchId },
    kind: "voucher",
    key: String(serial),
    body,
  });
  await tellWhereBegun(shop.publish, tx, { providerId, batchId, serial }, isDisabled ? body : null);
  return (await readVouchers(shop, tx, batch, [serial]))[0] as Voucher;
}

/** It was used up, or is gone, in the system that it came from. */
async function isOverElsewhere(tx: Tx, { batchId, serial }: Pick<Voucher, "batchId" | "serial">): Promise<boolean> {
  const found = tx
    .selectFrom("voucher_exceptions")
    .select("state")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("state", "=", "redeemed-elsewhere");
  return (await found.executeTakeFirst()) !== undefined;
}

/** What is in force again once it is on: null, or that its lease moved while or before it was off. For its feed row. */
async function endDisabled(tx: Tx, batch: BatchRow, serial: number): Promise<VoucherBody | null> {
  const { providerId, batchId } = batch;
  await tx
    .deleteFrom("voucher_exceptions")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("state", "=", "disabled")
    .execute();
  const lease = await tx
    .selectFrom("voucher_leases")
    .select(["siteId", "movedAtMs", "use"])
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .executeTakeFirst();
  if (lease === undefined) return null;
  const state = "transferred" as const;
  await tx
    .insertInto("voucher_exceptions")
    .values({ providerId, batchId, serial, state, atMs: lease.movedAtMs })
    .onConflict((on) => on.columns(["providerId", "batchId", "serial"]).doNothing())
    .execute();
  return { state, atMs: unixMs(lease.movedAtMs), siteId: lease.siteId, use: lease.use };
}

/** Its price was refunded: it must not become valid again. */
async function refuseRefunded(tx: Tx, voucherId: string): Promise<void> {
  if ((await refundedCentsOf(tx, [voucherId])).has(voucherId)) throw refusal("refunded");
}

async function placeOf(tx: Tx, voucherId: string): Promise<Place> {
  const dot = voucherId.lastIndexOf(".");
  // A code has one name: what is refunded, locked and looked up by the name must not be called `05` as well.
  if (dot < 1 || !/^(0|[1-9]\d{0,5})$/.test(voucherId.slice(dot + 1))) throw notFound("voucher");
  const serial = Number(voucherId.slice(dot + 1));
  const batch = await readBatch(tx, voucherId.slice(0, dot));
  if (serial >= batch.quantity || batch.holes.includes(serial)) throw notFound("voucher");
  return { batch, serial };
}
