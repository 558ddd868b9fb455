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
import { type CustomerParts, type CustomerRow, insertCustomer, readCustomer } from "../customers/customers.ts";
import { lockBatch, readBatch, type VoucherShop } from "./batches.ts";
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
  const known = await tx
    .selectFrom("customers")
    .selectAll()
    .where("phone_hash", "=", parts.parties.ofPhone(providerId, phone))
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  if (known !== undefined) return known;
  const nothing = { email: null, siteId: null, note: null, active: true };
  return insertCustomer(parts, tx, providerId, { name: receiver.name, phone, ...nothing });
}

/** It is theirs from now on, and nobody else's. @returns who had it before */
export async function giveVoucher(
  shop: Pick<VoucherShop, "world">,
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
  const place = { provider_id: providerId, batch_id: voucher.batchId, serial: voucher.serial };
  const withReseller = await tx
    .selectFrom("reseller_vouchers")
    .select("serial")
    .where("batch_id", "=", voucher.batchId)
    .where("serial", "=", voucher.serial)
    .where("sold_at_ms", "is", null)
    .executeTakeFirst();
  if (withReseller !== undefined && voucher.redeemedAtMs === null) throw refusal("with-reseller");
  const before = await tx
    .selectFrom("voucher_owners")
    .select(["customer_id", "since_ms"])
    .where("batch_id", "=", voucher.batchId)
    .where("serial", "=", voucher.serial)
    .forUpdate()
    .executeTakeFirst();
  // Sent again to whose it is: it has been theirs since the first time.
  if (before?.customer_id === customerId) return customerId;
  const nowMs = shop.world.clock.wall().atMs;
  const past = before?.customer_id ?? null;
  if (before !== undefined && past !== null && before.since_ms < nowMs)
    await tx
      .insertInto("voucher_past_owners")
      .values({ ...place, since_ms: before.since_ms, customer_id: past, until_ms: nowMs })
      .execute();
  const owner = { customer_id: customerId, given_by: userId, since_ms: nowMs };
  await tx
    .insertInto("voucher_owners")
    .values({ ...place, ...owner })
    .onConflict((on) => on.columns(["provider_id", "batch_id", "serial"]).doUpdateSet(owner))
    .execute();
  return past;
}

/**
 * The next voucher of a batch that can be sold, and is nobody's. Of one that is printed it is the last: papers are sold from the first on. One at a
 * time: the batch's row is locked.
 */
export async function nextFree(shop: VoucherShop, tx: Tx, batchId: string): Promise<Voucher> {
  const batch = await readBatch(tx, batchId);
  if (batch.state !== "ready") throw refusal("batch-not-ready");
  await lockBatch(tx, batchId);
  const all = serialsAfter(batch, -1, Number.MAX_SAFE_INTEGER);
  const inTurn = batch.printed_at_ms === null ? all : all.toReversed();
  for (let at = 0; at < inTurn.length; at += 500) {
    const serials = inTurn.slice(at, at + 500);
    const taken = await takenOf(tx, batchId, serials);
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
    .where("batch_id", "=", batchId)
    .where("serial", "in", serials)
    .execute();
  return new Set(rows.map(({ serial }) => serial));
}

async function takenOf(tx: Tx, batchId: string, serials: readonly number[]): Promise<ReadonlySet<number>> {
  const given = await givenOf(tx, batchId, serials);
  const withResellers = await tx
    .selectFrom("reseller_vouchers")
    .select("serial")
    .where("batch_id", "=", batchId)
    .where("serial", "in", serials)
    .execute();
  const sold = await soldOf(tx, batchId, serials);
  return new Set([...given, ...sold, ...withResellers.map(({ serial }) => serial)]);
}

/** Those whose sale is in the books, used or not. */
export async function soldOf(tx: Tx, batchId: string, serials: readonly number[]): Promise<ReadonlySet<number>> {
  if (serials.length === 0) return new Set();
  const rows = await tx
    .selectFrom("voucher_sales")
    .select("serial")
    .where("batch_id", "=", batchId)
    .where("serial", "in", serials)
    .execute();
  return new Set(rows.map(({ serial }) => serial));
}

export async function ownerOf(
  tx: Tx,
  { batchId, serial }: Pick<Voucher, "batchId" | "serial">,
): Promise<VoucherOwner | null> {
  const row = await tx
    .selectFrom("voucher_owners")
    .innerJoin("customers", (join) =>
      join
        .onRef("customers.provider_id", "=", "voucher_owners.provider_id")
        .onRef("customers.customer_id", "=", "voucher_owners.customer_id"),
    )
    .select(["customers.customer_id", "customers.name", "customers.phone_masked", "voucher_owners.since_ms"])
    .where("voucher_owners.batch_id", "=", batchId)
    .where("voucher_owners.serial", "=", serial)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { customer_id: customerId, name, phone_masked: phoneMasked, since_ms: sinceMs } = row;
  return { customerId, name, phoneMasked, sinceMs };
}
