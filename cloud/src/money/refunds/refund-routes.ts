/** The API of refunds. */

import { sql } from "kysely";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { userNames } from "../../identity/users/user-names.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { codeSales } from "../paper-sales/declare-sold.ts";
import { siteOfVoucher } from "../paper-sales/note-voucher-sales.ts";
import { type RefundParts, type RefundRow, readRefund } from "./refund-rows.ts";
import { refundMethods, wayProblemCodes } from "./refund-ways.ts";
import { refundWords } from "./refund-words.ts";
import { approveRefund, askRefund, declineRefund, readRefundOptions, subjectOf } from "./refunds.ts";
import { retryRefund, settleRefund } from "./settle-refund.ts";

const id = z.string().min(1).max(128);

const silentSiteView = z.object({
  siteId: z.string(),
  name: z.string(),
  /** Null: it never was. */
  heardAtMs: z.int().nullable(),
  /** Null: until it is heard. Its device was revoked: a refund waits for it no longer than this. */
  waitedUntilMs: z.int().nullable(),
});

export const refundView = z.object({
  id: z.string(),
  paymentId: z.string().nullable(),
  voucherId: z.string().nullable(),
  /** A sale for cash at a site. */
  cashSaleId: z.string().nullable(),
  receipt: z.string().nullable(),
  method: z.enum(refundMethods),
  amountCents: z.int(),
  currency: z.string(),
  reason: z.string(),
  state: z.enum(["asked", "approved", "sending", "sent", "unknown", "done", "failed", "refused", "returned"]),
  problem: z.string().nullable(),
  askedBy: z.string(),
  approvedBy: z.string().nullable(),
  refusedBy: z.string().nullable(),
  /** The refund that failed, where this one was made in its place. */
  retryOf: z.string().nullable(),
  /** How one that had gone wrong was settled, by whom, and what they said; null: it was not. */
  resolution: z.enum(["retried", "given-up", "paid"]).nullable(),
  resolvedBy: z.string().nullable(),
  note: z.string().nullable(),
  /** Sites that could have given it and were not heard up to then: while it waits, or when a person decided all the same. */
  silentSites: z.array(silentSiteView),
  /** It waits for those sites alone: it goes on by itself, or is refused as used. Another person may decide before. */
  goesOnWhenHeard: z.boolean(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

export const viewRefund = (row: RefundRow): z.input<typeof refundView> => ({
  id: row.refundId,
  paymentId: row.purchaseId,
  voucherId: row.voucherId,
  cashSaleId: row.cashSaleId,
  receipt: row.receipt,
  method: row.method,
  amountCents: row.amountCents,
  currency: row.currency,
  reason: row.reason,
  state: row.state,
  problem: row.problem,
  askedBy: row.askedBy,
  approvedBy: row.approvedBy,
  refusedBy: row.refusedBy,
  createdAtMs: row.createdAtMs,
  changedAtMs: row.changedAtMs,
  retryOf: row.retryOf,
  resolution: row.resolution,
  resolvedBy: row.resolvedBy,
  note: row.note,
  silentSites: [...(row.silentSites ?? [])],
  goesOnWhenHeard: row.goesOnWhenHeard,
});

/** Locked until the transaction ends. Throws a Problem 404. */
async function readNamed(tx: Tx, providerId: string, refundId: string): Promise<RefundRow> {
  const row = await readRefund(tx, providerId, refundId);
  if (row === null) throw notFound("refund");
  return row;
}

export const refundOptionsView = z.object({
  leftCents: z.int(),
  currency: z.string(),
  /** Of a voucher, whether anybody bought it; only what is `booked` can be refunded. Of all else `booked`. */
  sale: z.enum(codeSales),
  /** Where it may have been used without the hub's knowing: then a refund waits for them, or for a second person. */
  silentSites: z.array(silentSiteView),
  methods: z.array(
    z.object({
      method: refundView.shape.method,
      /** What stands against this way, in English; null: it can be done. */
      problem: z.string().nullable(),
      /** The same as a code. */
      problemCode: z.enum(wayProblemCodes).nullable(),
      /** Of `more-than-left`: the most that can go this way. */
      problemCents: z.int().nullable(),
    }),
  ),
});

export function viewOptions({
  ways,
  ...rest
}: Awaited<ReturnType<typeof readRefundOptions>>): z.input<typeof refundOptionsView> {
  const methods = refundMethods.map((method) => {
    const { text = null, code = null, amountCents = null } = ways[method] ?? {};
    return { method, problem: text, problemCode: code, problemCents: amountCents };
  });
  return { ...rest, methods };
}

const list = listOf({
  sort: {
    made: { by: sql.ref("refundId"), kind: "string" },
    amount: { by: sql.ref("amountCents"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("refundId")],
  search: [sql.ref("receipt"), sql.ref("reason"), sql.ref("problem")],
  sums: {
    currency: sql.ref("currency"),
    amountCents: sql`case when state = 'done' then amount_cents else 0 end`,
    pendingCents: sql`case when state in ('asked', 'approved', 'sending', 'sent', 'unknown') then amount_cents else 0 end`,
  },
});

const listQuery = list.query.extend({
  state: refundView.shape.state.optional(),
  method: refundView.shape.method.optional(),
  paymentId: id.optional(),
  /** Where it was sold; a voucher: where it was used first, else the home of its batch. */
  siteId: id.optional(),
  channelId: id.optional(),
  ...spanFields,
});

/** A condition on `refunds`: what is given back was sold at this site, as the reports count it (`soldThings`). */
const wasSoldAt = (siteId: string) => sql<boolean>`(
  exists (select from purchases i where i.provider_id = refunds.provider_id and i.purchase_id = refunds.purchase_id and i.site_id = ${siteId})
  or split_part(refunds.cash_sale_id, '.', 1) = ${siteId}
  or ${siteOfVoucher(sql`refunds.provider_id`, sql`refunds.voucher_id`)} = ${siteId})`;

function listRefunds(tx: Tx, providerId: string, query: z.output<typeof listQuery>) {
  const { state, method, paymentId, siteId, channelId } = query;
  const rows = tx
    .selectFrom("refunds")
    .selectAll()
    .where("providerId", "=", providerId)
    .$if(state !== undefined, (is) => is.where("state", "=", state ?? "done"))
    .$if(method !== undefined, (is) => is.where("method", "=", method ?? "cash"))
    .$if(paymentId !== undefined, (is) => is.where("purchaseId", "=", paymentId ?? ""))
    .$if(channelId !== undefined, (is) => is.where("channelId", "=", channelId ?? ""))
    .$if(siteId !== undefined, (is) => is.where(wasSoldAt(siteId ?? "")))
    .where(within(sql.ref("createdAtMs"), query));
  return list.page(rows, query, viewRefund);
}

/** An accountant reads who asked for it and who approved it. */
async function withNames(tx: Tx, providerId: string, items: readonly z.input<typeof refundView>[]) {
  const people = items.flatMap(({ askedBy, approvedBy }) => (approvedBy === null ? [askedBy] : [askedBy, approvedBy]));
  const names = await userNames(tx, providerId, people);
  return items.map((item) => ({
    ...item,
    askedByName: names.get(item.askedBy) ?? null,
    approvedByName: names.get(item.approvedBy ?? "") ?? null,
  }));
}

export function refundRoutes(parts: RefundParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/refunds",
      summary: "Refunds, newest first",
      permission: "payments.read",
      query: listQuery,
      response: pageOf(refundView),
      handle: ({ query, providerId, transact }) => transact((tx) => listRefunds(tx, providerId, query)),
    }),
    exportRoute({
      path: "/api/v1/refunds/export",
      summary: "All refunds as CSV or workbook, with the same filters as the list",
      permission: "payments.read",
      query: listQuery,
      columns: [
        ...(["createdAtMs", "receipt", "method", "amountCents", "currency", "state", "resolution"] as const),
        ...(["reason", "askedByName", "approvedByName", "note", "changedAtMs"] as const),
      ],
      words: refundWords,
      offsetMinutes: offsetOfProvider,
      page: async (tx, query, { providerId }) => {
        const page = await listRefunds(tx, providerId, query);
        return { ...page, items: await withNames(tx, providerId, page.items) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/refunds",
      summary:
        "Give money back for a payment, a voucher or a sale for cash at a site; what is given back ends at every site",
      inArrears: true,
      permission: "payments.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      body: z.strictObject({
        paymentId: id.optional(),
        voucherId: id.optional(),
        cashSaleId: z.string().min(1).max(260).optional(),
        method: refundView.shape.method,
        amountCents: z.int().min(1).max(amountCentsMax).optional(),
        reason: z.string().trim().min(1).max(300),
        revoke: z.boolean().default(true),
        /** For a voucher into somebody's credit. */
        phone: phoneField.optional(),
      }),
      status: 201,
      response: refundView,
      handle: async ({ body, providerId, actor, key, transact, auditTarget }) => {
        const { paymentId, voucherId, cashSaleId, method, reason, revoke } = body;
        const row = await transact(async (tx) => {
          const phone =
            body.phone === undefined ? {} : { phone: readPhone(body.phone, await countryOfProvider(tx, providerId)) };
          return askRefund(parts, tx, {
            method,
            reason,
            revoke,
            amountCents: body.amountCents ?? null,
            ...(paymentId === undefined ? {} : { paymentId }),
            ...(voucherId === undefined ? {} : { voucherId }),
            ...(cashSaleId === undefined ? {} : { cashSaleId }),
            ...phone,
            providerId,
            userId: actor.userId,
            idempotencyKey: key,
          });
        });
        auditTarget(row.refundId);
        return viewRefund(row);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/refunds/options",
      summary: "How much of a payment, a voucher or a sale at a site can be given back now, and in which ways",
      permission: "payments.read",
      query: z.object({
        paymentId: id.optional(),
        voucherId: id.optional(),
        cashSaleId: z.string().min(1).max(260).optional(),
      }),
      response: refundOptionsView,
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { paymentId, voucherId, cashSaleId } = query;
          const named = {
            ...(paymentId === undefined ? {} : { paymentId }),
            ...(voucherId && { voucherId }),
            ...(cashSaleId && { cashSaleId }),
          };
          return viewOptions(await readRefundOptions(parts, tx, providerId, subjectOf(named)));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/refunds/{id}/approve",
      summary: "A second person approves a refund",
      inArrears: true,
      permission: "payments.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ id }),
      body: null,
      response: refundView,
      handle: ({ params, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readNamed(tx, providerId, params.id);
          return viewRefund(await approveRefund(parts, tx, row, actor.userId));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/refunds/{id}/refuse",
      summary: "A refund that waits for a second person is not made",
      inArrears: true,
      permission: "payments.manage",
      params: z.object({ id }),
      body: null,
      response: refundView,
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = await readNamed(tx, providerId, params.id);
          return viewRefund(await declineRefund(parts, tx, row, actor.userId));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/refunds/{id}/retry",
      summary: "A refund failed: make another one in its place, the same way or another one",
      inArrears: true,
      permission: "payments.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ id }),
      body: z.strictObject({ method: refundView.shape.method.optional(), phone: phoneField.optional() }),
      status: 201,
      response: refundView,
      handle: ({ params, body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const row = await readNamed(tx, providerId, params.id);
          const phone =
            body.phone === undefined ? {} : { phone: readPhone(body.phone, await countryOfProvider(tx, providerId)) };
          const by = { userId: actor.userId, idempotencyKey: key, ...phone };
          const made = await retryRefund(parts, tx, row, { ...by, method: body.method ?? null });
          auditTarget(made.refundId);
          return viewRefund(made);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/refunds/{id}/resolve",
      summary: "A person has looked: the money arrived, it did not, or a refund that failed is given up",
      inArrears: true,
      permission: "payments.manage",
      needsKey: true,
      params: z.object({ id }),
      body: z.strictObject({
        outcome: z.enum(["paid", "not-paid", "given-up"]),
        note: z.string().trim().min(1).max(300),
        /** The channel's own name of the money that went out. */
        receipt: z.string().trim().min(1).max(100).optional(),
      }),
      response: refundView,
      handle: ({ params, body, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readNamed(tx, providerId, params.id);
          const { outcome, note, receipt } = body;
          const said = { outcome, note, userId: actor.userId, ...(receipt === undefined ? {} : { receipt }) };
          return viewRefund(await settleRefund(parts, tx, row, said));
        }),
    }),
  ];
}
