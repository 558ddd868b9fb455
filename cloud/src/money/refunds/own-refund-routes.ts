/**
 * Refunds that are asked for by who sold, and may not decide: of own sales over the counter only. Each waits for somebody who may, also
 * where one person is enough for a refund; the asker sees what became of it (`GET /own-sales`), and can take it back while it waits.
 */
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readOwnSale } from "../purchases/purchase-rows.ts";
import { refundOptionsView, refundView, viewOptions, viewRefund } from "./refund-routes.ts";
import { type RefundParts, readRefund } from "./refund-rows.ts";
import { askRefund, declineRefund, readRefundOptions } from "./refunds.ts";

const id = z.string().min(1).max(128);

export function ownRefundRoutes(parts: RefundParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/own-sales/{id}/refund",
      summary: "How much of one's own sale could be given back now, and in which ways",
      permission: "payments.sell",
      params: z.object({ id }),
      response: refundOptionsView,
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          await readOwnSale(tx, { providerId, userId: actor.userId, paymentId: params.id });
          return viewOptions(await readRefundOptions(parts, tx, providerId, { paymentId: params.id }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/own-sales/{id}/refund",
      summary: "Ask for a refund of one's own sale: it waits until somebody else has decided",
      inArrears: true,
      permission: "payments.sell",
      needsKey: true,
      params: z.object({ id }),
      body: z.strictObject({
        method: refundView.shape.method,
        amountCents: z.int().min(1).max(amountCentsMax).optional(),
        reason: z.string().trim().min(1).max(300),
      }),
      status: 201,
      response: refundView,
      handle: ({ params, body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const { userId } = actor;
          await readOwnSale(tx, { providerId, userId, paymentId: params.id });
          const { method, reason, amountCents = null } = body;
          const order = { paymentId: params.id, method, reason, amountCents, revoke: true, waits: true };
          const row = await askRefund(parts, tx, { ...order, providerId, userId, idempotencyKey: key });
          auditTarget(row.refundId);
          return viewRefund(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/own-refunds/{id}/withdraw",
      summary: "Take back what one has asked for, while nobody has decided",
      inArrears: true,
      permission: "payments.sell",
      params: z.object({ id }),
      body: null,
      response: refundView,
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = await readRefund(tx, providerId, params.id);
          if (row === null || row.askedBy !== actor.userId) throw notFound("refund of yours");
          return viewRefund(await declineRefund(parts, tx, row, actor.userId));
        }),
    }),
  ];
}
