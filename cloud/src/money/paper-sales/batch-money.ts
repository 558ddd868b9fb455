/** What the vouchers of one batch brought, and the cash of it that somebody brings to the office. */

import { sql } from "kysely";
import type { BatchBooking } from "../../catalogue/vouchers/batch-bookings.ts";
import {
  type BatchRow,
  lockBatch,
  readBatch,
  setBatchBooking,
  type VoucherShop,
} from "../../catalogue/vouchers/batches.ts";
import type { KnowsHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { allProviders } from "../../tenancy/providers/provider-state.ts";
import { transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { wasPosted } from "../ledger/repeated-post.ts";
import { paperAccount } from "./paper-entry.ts";

export interface BatchMoneyParts extends Pick<VoucherShop, "world" | "envelope" | "publish">, KnowsHeldCodes {
  readonly ledger: Ledger;
}

export interface BatchMoney {
  readonly booking: BatchBooking;
  readonly currency: string;
  /** Vouchers whose sale is in the books. */
  readonly sold: number;
  readonly soldCents: number;
  /** Of them, those that the books heard of on a later day than they were used. */
  readonly late: number;
  readonly lateCents: number;
  /** Cash of them that was not handed in: the batch answers for it. What resellers owe is theirs. */
  readonly cashCents: number;
  /** Nothing of it is used, sold or with a reseller: how it is booked can still be changed. */
  readonly mayChange: boolean;
}

export async function readBatchMoney(
  { heldCodes }: KnowsHeldCodes,
  tx: Tx,
  providerId: string,
  batch: BatchRow,
): Promise<BatchMoney> {
  const { rows } = await sql<Record<"sold" | "soldCents" | "late" | "lateCents" | "cash" | "touched", number | string>>`
    select count(w.serial) as sold, coalesce(sum(w.price_cents), 0) as sold_cents,
      count(w.serial) filter (where is_late) as late, coalesce(sum(w.price_cents) filter (where is_late), 0) as late_cents,
      coalesce((select sum(amount_cents) from ledger_postings where provider_id = ${providerId}
        and account = ${paperAccount(batch.batchId)} and currency = ${batch.currency}), 0) as cash,
      (exists (select from voucher_redemptions where provider_id = ${providerId} and batch_id = ${batch.batchId})
        or exists (select from ${heldCodes} v where provider_id = ${providerId} and batch_id = ${batch.batchId}))::int as touched
    from ${allProviders} p
    left join voucher_sales w on w.provider_id = p.provider_id and w.batch_id = ${batch.batchId}
    left join lateral (
      select (w.sold_at_ms + p.utc_offset_minutes * 60000::bigint) / 86400000 < (w.booked_at_ms + p.utc_offset_minutes * 60000::bigint) / 86400000
        and w.sold_at_ms >= ${batch.createdAtMs}::bigint as is_late
    ) l on true
    where p.provider_id = ${providerId}`.execute(tx);
  const [row] = rows;
  const sold = Number(row?.sold ?? 0);
  return {
    booking: batch.booking,
    currency: batch.currency,
    sold,
    soldCents: Number(row?.soldCents ?? 0),
    late: Number(row?.late ?? 0),
    lateCents: Number(row?.lateCents ?? 0),
    cashCents: Number(row?.cash ?? 0),
    mayChange: batch.takeoverId === null && sold === 0 && Number(row?.touched ?? 0) === 0,
  };
}

/** Only while nothing of it is used, sold or with a reseller: what is booked is never booked in another way. Throws Problems. */
export async function changeBooking(
  parts: BatchMoneyParts,
  tx: Tx,
  providerId: string,
  { batchId, booking }: { readonly batchId: string; readonly booking: BatchBooking },
): Promise<BatchMoney> {
  await lockBatch(tx, batchId);
  const batch = await readBatch(tx, batchId);
  const money = await readBatchMoney(parts, tx, providerId, batch);
  if (booking === batch.booking) return money;
  if (!money.mayChange) throw refusal("batch-in-use", { field: "booking" });
  const changed = await setBatchBooking(parts, tx, batchId, booking);
  return readBatchMoney(parts, tx, providerId, changed);
}

/** Cash of its vouchers comes into the office's till. The same key again changes nothing; never more than the batch answers for. */
export async function collectCash(
  parts: BatchMoneyParts,
  tx: Tx,
  providerId: string,
  given: { readonly batchId: string; readonly amountCents: number; readonly key: string },
): Promise<BatchMoney> {
  const { batchId, amountCents, key } = given;
  const batch = await readBatch(tx, batchId);
  await lockBatch(tx, batchId);
  const entry = transferEntry(`voucher-cash:${batchId}:${key}`, "voucher-cash", {
    from: paperAccount(batchId),
    to: "cash",
    amountCents,
    currency: batch.currency,
  });
  if (!(await wasPosted(tx, providerId, entry))) {
    const { cashCents } = await readBatchMoney(parts, tx, providerId, batch);
    if (amountCents > cashCents) throw refusal("too-much", { field: "amountCents" });
    await parts.ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  }
  return readBatchMoney(parts, tx, providerId, batch);
}
