/**
 * Whose a voucher is. A printed code is cash for whoever holds it; once it is a customer's by name, it is that customer's alone, and staff can give
 * it to another one, or send it again.
 *
 * Attacks   Staff who may not see unused codes send one to a phone of theirs: giving an unused one needs the right to see codes. Two people give
 *           one code away at once: its batch is locked, and the second one sees the first one's owner. A code that lies with a reseller is the
 *           reseller's to sell: it is refused.
 */
import { normalisePhone } from "@karibu/protocol/phone-number";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import {
  type CustomerParts,
  type CustomerRow,
  customersOf,
  findCustomer,
  insertCustomer,
  keptCustomers,
  readCustomer,
} from "../customers/customers.ts";
import { lockBatch, readBatch, type VoucherShop } from "./batches.ts";
import type { KnowsHeldCodes } from "./held-codes.ts";
import { readVouchers, serialsAfter, type Voucher } from "./vouchers.ts";

export interface VoucherOwner {
  readonly customerId: string;
  readonly name: string;
  readonly phoneMasked: string | null;
  readonly sinceMs: number;
}

/** A customer of the provider, or the name and phone of one who may not be known yet. */
export type Receiver = { readonly customerId: string } | { readonly name: string; readonly phone: string };

/** Finds by phone, else adds. Throws Problems that name the field. */
export async function receiverOf(
  parts: CustomerParts,
  tx: Tx,
  providerId: string,
  receiver: Receiver,
): Promise<CustomerRow> {
  if ("customerId" in receiver) {
    return readCustomer(tx, receiver.customerId).catch((error: unknown) => {
      throw error instanceof Problem && error.status === 404 ? notFound("customer", "customerId") : error;
    });
  }
  const phone = normalisePhone(receiver.phone, await countryOfProvider(tx, providerId));
  if (phone === null) throw refusal("bad-phone", { field: "phone" });
  const [known] = await customersOf(tx, providerId, [parts.parties.ofPhone(providerId, phone)]);
  if (known !== undefined) return known;
  const nothing = { email: null, siteId: null, note: null, active: true };
  return insertCustomer(parts, tx, providerId, { name: receiver.name, phone, ...nothing });
}

/** It is theirs from now on, and nobody else's. @returns who had it before */
export async function giveVoucher(
  shop: Pick<VoucherShop, "world"> & KnowsHeldCodes,
  tx: Tx,
  given: {
    readonly providerId: string;
    readonly voucher: Voucher;
    readonly customerId: string;
    readonly userId: string;
  },
): Promise<string | null> {
  const { providerId, voucher, customerId, userId } = given;
  if (voucher.state === "expired" || voucher.state === "disabled") throw refusal("voucher-over");
  await lockBatch(tx, voucher.batchId);
  const place = { providerId, batchId: voucher.batchId, serial: voucher.serial };
  const held = await heldOf(shop, tx, { ...place, serials: [voucher.serial] });
  if (held.some(({ isSold }) => !isSold) && voucher.redeemedAtMs === null) throw refusal("with-reseller");
  const before = await tx
    .selectFrom("voucher_owners")
    .select(["customerId", "sinceMs"])
    .where("batchId", "=", voucher.batchId)
    .where("serial", "=", voucher.serial)
    .forUpdate()
    .executeTakeFirst();
  // Sent again to whose it is: it has been theirs since the first time.
  if (before?.customerId === customerId) return customerId;
  const nowMs = shop.world.clock.wall().atMs;
  const past = before?.customerId ?? null;
  if (before !== undefined && past !== null && before.sinceMs < nowMs)
    await tx
      .insertInto("voucher_past_owners")
      .values({ ...place, sinceMs: before.sinceMs, customerId: past, untilMs: nowMs })
      .execute();
  const owner = { customerId, givenBy: userId, sinceMs: nowMs };
  await tx
    .insertInto("voucher_owners")
    .values({ ...place, ...owner })
    .onConflict((on) => on.columns(["providerId", "batchId", "serial"]).doUpdateSet(owner))
    .execute();
  return past;
}

/**
 * The next voucher of a batch that can be sold, and is nobody's. Of one that is printed it is the last: papers are sold from the first on. One at a
 * time: the batch's row is locked.
 */
export async function nextFree(shop: VoucherShop & KnowsHeldCodes, tx: Tx, batchId: string): Promise<Voucher> {
  // Somebody may be switching it off at this moment.
  await lockBatch(tx, batchId);
  const batch = await readBatch(tx, batchId);
  if (batch.state !== "ready") throw refusal("batch-not-ready");
  const all = serialsAfter(batch, -1, Number.MAX_SAFE_INTEGER);
  const inTurn = batch.printedAtMs === null ? all : all.toReversed();
  for (let at = 0; at < inTurn.length; at += 500) {
    const serials = inTurn.slice(at, at + 500);
    const taken = await takenOf(shop, tx, { ...batch, serials });
    const free = serials.filter((serial) => !taken.has(serial));
    const voucher = (await readVouchers(shop, tx, batch, free)).find(({ state }) => state === "active");
    if (voucher !== undefined) return voucher;
  }
  throw refusal("batch-empty");
}

/** Those that were given to a customer, also where that customer's data is erased: their code has left the house. */
export async function givenOf(tx: Tx, batchId: string, serials: readonly number[]): Promise<ReadonlySet<number>> {
  if (serials.length === 0) return new Set();
  const rows = await tx
    .selectFrom("voucher_owners")
    .select("serial")
    .where("batchId", "=", batchId)
    .where("serial", "in", serials)
    .execute();
  return new Set(rows.map(({ serial }) => serial));
}

interface Serials {
  readonly providerId: string;
  readonly batchId: string;
  readonly serials: readonly number[];
}

async function heldOf({ heldCodes }: KnowsHeldCodes, tx: Tx, { providerId, batchId, serials }: Serials) {
  return tx
    .selectFrom(heldCodes.as("held"))
    .select(["serial", "isSold"])
    .where("providerId", "=", providerId)
    .where("batchId", "=", batchId)
    .where("serial", "in", serials)
    .execute();
}

async function takenOf(shop: KnowsHeldCodes, tx: Tx, of: Serials): Promise<ReadonlySet<number>> {
  const { batchId, serials } = of;
  const given = await givenOf(tx, batchId, serials);
  const held = await heldOf(shop, tx, of);
  const sold = await soldOf(tx, batchId, serials);
  return new Set([...given, ...sold, ...held.map(({ serial }) => serial)]);
}

/** Those whose sale is in the books, used or not. */
export const soldOf = async (tx: Tx, batchId: string, serials: readonly number[]): Promise<ReadonlySet<number>> =>
  new Set((await salesOf(tx, batchId, serials)).map(({ serial }) => serial));

/**
 * Those that go on no paper any more, and why: they are a customer's, or the office said that they were sold for cash, and whoever bought one has it. A
 * reseller's that is sold may still have to be printed.
 */
export async function goneOf(
  tx: Tx,
  batchId: string,
  serials: readonly number[],
): Promise<ReadonlyMap<number, "given" | "sold">> {
  const declared = (await salesOf(tx, batchId, serials)).filter(({ how }) => how === "declared");
  const given = await givenOf(tx, batchId, serials);
  return new Map([
    ...declared.map(({ serial }) => [serial, "sold"] as const),
    ...[...given].map((serial) => [serial, "given"] as const),
  ]);
}

async function salesOf(tx: Tx, batchId: string, serials: readonly number[]) {
  if (serials.length === 0) return [];
  return tx
    .selectFrom("voucher_sales")
    .select(["serial", "how"])
    .where("batchId", "=", batchId)
    .where("serial", "in", serials)
    .execute();
}

/** The customer whose voucher became this grant. */
export async function ownerOfGrant(tx: Tx, providerId: string, grantId: string): Promise<CustomerRow | null> {
  const row = await tx
    .selectFrom("voucher_redemptions")
    .innerJoin("voucher_owners", (join) =>
      join
        .onRef("voucher_owners.providerId", "=", "voucher_redemptions.providerId")
        .onRef("voucher_owners.batchId", "=", "voucher_redemptions.batchId")
        .onRef("voucher_owners.serial", "=", "voucher_redemptions.serial"),
    )
    .select("voucher_owners.customerId")
    .where("voucher_redemptions.providerId", "=", providerId)
    .where("voucher_redemptions.grantId", "=", grantId)
    .executeTakeFirst();
  return row?.customerId == null ? null : findCustomer(tx, { providerId, customerId: row.customerId });
}

export async function ownerOf(
  tx: Tx,
  { batchId, serial }: Pick<Voucher, "batchId" | "serial">,
): Promise<VoucherOwner | null> {
  const row = await tx
    .selectFrom("voucher_owners")
    .innerJoin(keptCustomers.as("customer"), (join) =>
      join
        .onRef("customer.providerId", "=", "voucher_owners.providerId")
        .onRef("customer.customerId", "=", "voucher_owners.customerId"),
    )
    .select(["customer.customerId", "customer.name", "customer.phoneMasked", "voucher_owners.sinceMs"])
    .where("voucher_owners.batchId", "=", batchId)
    .where("voucher_owners.serial", "=", serial)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { customerId, name, phoneMasked, sinceMs } = row;
  return { customerId, name, phoneMasked, sinceMs };
}
