/**
 * Whether somebody bought a printed code, as far as the books know; and the word of a person that one was sold for cash before anybody used it.
 *
 * Attacks   Who may give money back takes a code that nobody bought, and has its price from the till: without a sale there is no refund. They say first
 *           that it was sold: its price is then in the till by the books, not with a batch that nobody counts, so that the till is short by it, and the
 *           audit log has who said so. They say so of a code that lies with a reseller, who would owe it: that is said at the reseller. The same code is
 *           sold again afterwards: it is handed to no reseller, and given to no customer.
 */
import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import {
  type BatchRow,
  lockBatch,
  priceToBook,
  readBatch,
  type VoucherShop,
} from "../../catalogue/vouchers/batches.ts";
import type { KnowsHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import { maskedCode } from "../../catalogue/vouchers/masked-code.ts";
import { readVoucher, type Voucher } from "../../catalogue/vouchers/vouchers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";
import { balanced } from "../ledger/entries.ts";
import type { BatchMoneyParts } from "./batch-money.ts";
import { noteVoucherSales, saleIsNoted } from "./note-voucher-sales.ts";
import { voucherSaleKey } from "./paper-entry.ts";

/**
 * `booked`: its sale is in the books, or it was used, so that somebody had it; `none`: nobody bought it; `with-reseller`: nobody did, and it lies with a
 * reseller; `elsewhere`: another system has its money in its books; `no-money`: nothing is booked for codes of its batch. The last four: not refunded.
 */
export const codeSales = ["booked", "none", "with-reseller", "elsewhere", "no-money"] as const;
export type CodeSale = (typeof codeSales)[number];

export async function readCodeSale(
  { heldCodes }: KnowsHeldCodes,
  tx: Tx,
  batch: BatchRow,
  voucher: Voucher,
): Promise<CodeSale> {
  const { providerId, batchId } = batch;
  const { rows } = await sql<Record<"isBooked" | "isHeld" | "hasBegun", boolean>>`
    select ${saleIsNoted} as is_booked,
      exists (select from ${heldCodes} r where r.provider_id = v.provider_id and r.batch_id = v.batch_id and r.serial = v.serial) as is_held,
      exists (select from listed_codes c
        where c.provider_id = v.provider_id and c.batch_id = v.batch_id and c.serial = v.serial and c.more ? 'use') as has_begun
    from (select ${providerId}::text as provider_id, ${batchId}::text as batch_id, ${voucher.serial}::integer as serial) v`.execute(
    tx,
  );
  const [known] = rows;
  if (voucher.grantId !== null || known?.isBooked || known?.hasBegun) return "booked";
  if (known?.isHeld) return "with-reseller";
  if (batch.booking === "elsewhere") return "elsewhere";
  return priceToBook(batch) === 0 ? "no-money" : "none";
}

/** One change at a time of what is owed for a code: its refund, and its sale by word. Until the transaction ends. */
export async function lockCode(tx: Tx, providerId: string, voucherId: string): Promise<void> {
  await lockName(tx, `voucher/${providerId}/${voucherId}`);
}

export interface DeclaredSale {
  readonly voucherId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly planName: string;
  /** What of the code everybody may see. */
  readonly codeEnd: string;
}

/** It was sold for cash: its price comes into the office's till now. Throws Problems. */
export async function declareSold(
  parts: BatchMoneyParts & VoucherShop,
  tx: Tx,
  providerId: string,
  voucherId: string,
): Promise<DeclaredSale> {
  const { batchId, serial } = await readVoucher(parts, tx, voucherId);
  await lockCode(tx, providerId, voucherId);
  // Who hands its batch out, gives codes of it away or tells of uses waits, or was before us: what they did is seen.
  await lockBatch(tx, batchId);
  const batch = await readBatch(tx, batchId);
  const voucher = await readVoucher(parts, tx, voucherId);
  const sale = await readCodeSale(parts, tx, batch, voucher);
  if (sale === "booked") throw refusal("sold-already");
  if (sale === "with-reseller") throw refusal("book-at-reseller");
  if (sale !== "none") throw refusal("no-sale-here");
  if (voucher.state !== "active") throw refusal("voucher-over");
  const { currency } = batch;
  const amountCents = priceToBook(batch);
  const entryId = newId(parts.world);
  const nowMs = parts.world.clock.wall().atMs;
  await noteVoucherSales(tx, { providerId, how: "declared", nowMs }, [
    { entryId, batchId, serial, priceCents: amountCents, currency },
  ]);
  const entry = balanced({
    entryKey: voucherSaleKey(voucherId),
    kind: "voucher-sale",
    postings: [
      { account: "cash", currency, amountCents: cents(amountCents) },
      { account: "revenue", currency, amountCents: cents(-amountCents) },
    ],
  });
  await parts.ledger.postMany(tx, providerId, [{ entryId, entry }], nowMs);
  await parts.emit(tx, providerId, { topic: "voucher", id: voucherId, action: "sold" });
  return { voucherId, amountCents, currency, planName: batch.planName, codeEnd: maskedCode(voucher) };
}
