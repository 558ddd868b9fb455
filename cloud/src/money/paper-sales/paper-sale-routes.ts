/** `/api/v1/vouchers/batches/{batchId}/…`: what a batch brought, how it is booked, and its cash; and that one code was sold. */
import { z } from "zod";
import { batchBookings } from "../../catalogue/vouchers/batch-bookings.ts";
import { readBatch, type VoucherShop } from "../../catalogue/vouchers/batches.ts";
import { route } from "../../ground/http/route.ts";
import { type BatchMoneyParts, changeBooking, collectCash, readBatchMoney } from "./batch-money.ts";
import { declareSold } from "./declare-sold.ts";

const params = z.object({ batchId: z.string().min(1).max(128) });

export const batchMoneyView = z.object({
  booking: z.enum(batchBookings),
  currency: z.string(),
  /** Vouchers whose sale is in the books. */
  sold: z.int(),
  soldCents: z.int(),
  /** Of them, those that the books heard of on a later day than they were used: their site was away. */
  late: z.int(),
  lateCents: z.int(),
  /** Cash of them that was not handed in. What resellers owe stands with them. */
  cashCents: z.int(),
  /** How it is booked can still be changed. */
  mayChange: z.boolean(),
});

export function paperSaleRoutes(parts: BatchMoneyParts & VoucherShop) {
  return [
    route({
      method: "GET",
      path: "/api/v1/vouchers/batches/{batchId}/money",
      summary: "What the vouchers of a batch brought into the books, and the cash of it that is still out",
      permission: "payments.read",
      params,
      response: batchMoneyView,
      handle: ({ params: { batchId }, providerId, transact }) =>
        transact(async (tx) => readBatchMoney(parts, tx, providerId, await readBatch(tx, batchId))),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/batches/{batchId}/booking",
      summary: "Say how the money of a batch gets into the books, before any of it is used, sold or with a reseller",
      permission: "vouchers.manage",
      params,
      body: z.strictObject({ booking: z.enum(batchBookings) }),
      response: batchMoneyView,
      handle: ({ params: { batchId }, body, providerId, transact }) =>
        transact((tx) => changeBooking(parts, tx, providerId, { batchId, ...body })),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/batches/{batchId}/collect",
      summary: "Cash that was taken for vouchers of a batch comes into the office's till",
      permission: "payments.manage",
      needsKey: true,
      params,
      body: z.strictObject({ amountCents: z.int().min(1).max(100_000_000_00) }),
      status: 201,
      response: batchMoneyView,
      handle: ({ params: { batchId }, body, providerId, key, transactOnce }) =>
        transactOnce((tx) => collectCash(parts, tx, providerId, { batchId, ...body, key })),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/{voucherId}/declare-sold",
      summary:
        "A code that nobody used was sold for cash: its price comes into the office's till now, and it can be refunded",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      // Without it, what a customer brings back is not refunded.
      inArrears: true,
      needsKey: true,
      params: z.object({ voucherId: z.string().min(1).max(128) }),
      body: null,
      status: 201,
      response: z.object({ voucherId: z.string(), amountCents: z.int(), currency: z.string() }),
      handle: ({ params: { voucherId }, providerId, transactOnce, auditTarget, auditResult }) =>
        transactOnce(async (tx) => {
          auditTarget(voucherId);
          const sale = await declareSold(parts, tx, providerId, voucherId);
          const { codeEnd: voucher, planName, amountCents, currency } = sale;
          auditResult({ voucher, planName, amountCents, currency });
          return sale;
        }),
    }),
  ];
}
