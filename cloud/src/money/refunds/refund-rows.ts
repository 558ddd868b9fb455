/** The rows of refunds: one each, written before anything is sent. */

import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { VoucherShop } from "../../catalogue/vouchers/batches.ts";
import type { KnowsHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { AsyncParts } from "../channels/async-calls.ts";
import { lockInTurn } from "../evidence/money-locks.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";

/** Whose standing changes when what they sold is given back: by it their site judges how much cash may be out there. */
interface StandingSellers {
  /** Before a site is told anything: whoever changes how a seller stands waits for who does. */
  hold(tx: Tx, sellerId: string): Promise<void>;
  /** The site of the sale alone: it was told of the sale's end, and whoever tells several sites does so in their order. */
  tell(tx: Tx, sellerId: string, siteId: string): Promise<void>;
}

export type RefundParts = PurchaseParts &
  AsyncParts &
  VoucherShop &
  KnowsHeldCodes & {
    readonly sellers: StandingSellers;
    /** What a statement said that came back of the money that went out by this receipt, and nobody knew of then. Undefined: nothing. */
    unreadReturnOf(
      tx: Tx,
      at: { readonly providerId: string; readonly channelId: string },
      receipt: string,
    ): Promise<{ readonly receipt: string; readonly amountCents: number } | undefined>;
  };

export type RefundRow = Selectable<Schema["refunds"]>;

/** Locked until the transaction ends. */
export async function readRefund(tx: Tx, providerId: string, refundId: string): Promise<RefundRow | null> {
  const row = await lockInTurn(tx, "refund", refundId, (noWait) =>
    tx
      .selectFrom("refunds")
      .selectAll()
      .where("providerId", "=", providerId)
      .where("refundId", "=", refundId)
      .forUpdate()
      .$if(noWait, (rows) => rows.noWait())
      .executeTakeFirst(),
  );
  return row ?? null;
}

/** A payment's refunds, locked before the payment is. */
export async function lockRefundsOf(
  tx: Tx,
  { providerId, purchaseId }: { readonly providerId: string; readonly purchaseId: string },
): Promise<void> {
  await lockInTurn(tx, "refund", `of ${purchaseId}`, (noWait) =>
    tx
      .selectFrom("refunds")
      .select("refundId")
      .where("providerId", "=", providerId)
      .where("purchaseId", "=", purchaseId)
      .orderBy("refundId")
      .forUpdate()
      .$if(noWait, (rows) => rows.noWait())
      .execute(),
  );
}

/** What changed of it, and when. */
export async function setRefund(world: World, tx: Tx, row: RefundRow, changes: Partial<RefundRow>): Promise<RefundRow> {
  return tx
    .updateTable("refunds")
    .set({ ...changes, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("refundId", "=", row.refundId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What refunds of a payment paid back, each by its entry: not those that the channel carried out as a reversal. Minor units. */
export const refundedOf = (tx: Tx, providerId: string, purchaseId: string): Promise<number> =>
  refundedBy(tx, providerId, { column: "purchaseId", id: purchaseId });

/** The same of a sale for cash at a site. */
export const refundedOfCashSale = (tx: Tx, providerId: string, cashSaleId: string): Promise<number> =>
  refundedBy(tx, providerId, { column: "cashSaleId", id: cashSaleId });

async function refundedBy(
  tx: Tx,
  providerId: string,
  { column, id }: { readonly column: "purchaseId" | "cashSaleId"; readonly id: string },
): Promise<number> {
  const row = await tx
    .selectFrom("refunds")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where(column, "=", id)
    .where("entryId", "is not", null)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** Was any of this purchase refunded, or may be yet? */
export async function isRefunded(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const refund = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where((where) => where.or([where("state", "not in", ["refused", "failed"]), where("entryId", "is not", null)]))
    .executeTakeFirst();
  return refund !== undefined;
}

interface AtChannel {
  readonly providerId: string;
  readonly channelId: string;
  /** Of the payment that was refunded. */
  readonly receipt: string;
}

/** A refund that a channel did, known by its own receipt; or, where it was sent without a name and has none, by its sum. Null: none. */
export async function doneRefundLike(
  tx: Tx,
  { providerId, channelId, receipt }: AtChannel,
  { resultReceipt, amountCents }: { readonly resultReceipt: string; readonly amountCents: number },
): Promise<string | null> {
  const row = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .where("method", "=", "channel")
    .where("state", "=", "done")
    .where((where) =>
      where.or([
        where("resultReceipt", "=", resultReceipt),
        where.and([
          where("hasNameAtChannel", "=", false),
          where("resultReceipt", "is", null),
          where("amountCents", "=", amountCents),
        ]),
      ]),
    )
    .orderBy("refundId")
    .executeTakeFirst();
  return row?.refundId ?? null;
}

/** The refund that has this receipt of the channel. Null: none. */
export async function refundSentAs(
  tx: Tx,
  { providerId, channelId, receipt }: AtChannel,
  resultReceipt: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .where("resultReceipt", "=", resultReceipt)
    .executeTakeFirst();
  return row?.refundId ?? null;
}

/** One receipt of the channel's is one payout: named for two, one customer would count as paid who has nothing. */
export async function isOfAnother(
  tx: Tx,
  { providerId, channelId, refundId }: RefundRow,
  resultReceipt: string,
): Promise<boolean> {
  const other = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId ?? "")
    .where("resultReceipt", "=", resultReceipt)
    .where("refundId", "!=", refundId)
    .executeTakeFirst();
  return other !== undefined;
}
