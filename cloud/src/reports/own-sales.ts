/** `/api/v1/own-sales`: what a member of staff has sold today over the counter. Everybody sees their own sales only. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { codeOfPurchase } from "../catalogue/grants/held-grant.ts";
import { type PortalAddressOf, readPortalAddress } from "../catalogue/printing/portal-addresses.ts";
import { siteNameOf } from "../fleet/sites/site-names.ts";
import type { Tx } from "../ground/db/database.ts";
import { phoneField, readPhone } from "../ground/http/phone-field.ts";
import { route } from "../ground/http/route.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { messageStates } from "../messaging/message-states.ts";
import { ofChannel } from "../money/channels/of-channel.ts";
import { soldBy } from "../money/purchases/known-purchases.ts";
import { readPayment } from "../money/purchases/payment-routes.ts";
import { paymentDetail, paymentView } from "../money/purchases/payment-view.ts";
import { readOwnSale } from "../money/purchases/purchase-rows.ts";
import { paidBackOf, refundsAskedBy } from "../money/refunds/own-refunds.ts";
import { refundView } from "../money/refunds/refund-routes.ts";
import { readSaleMessage } from "../money/texts/sale-message.ts";
import { countryOfProvider } from "../tenancy/providers/provider-country.ts";
import { readProviderRow } from "../tenancy/providers/providers.ts";
import { startOfDay } from "./sales/start-of-day.ts";

const latestMax = 8;

const soldRow = z.object({
  id: z.string(),
  planName: z.string(),
  amountCents: z.int(),
  state: paymentView.shape.state,
  refundedCents: z.int(),
  siteName: z.string(),
  /** The end of the code that was given for it. Null: none was given. */
  codeEnd: z.string().nullable(),
  /** The customer's number, masked. Null: none was given. */
  phone: z.string().nullable(),
  createdAtMs: z.int(),
});

export const ownSalesView = z.object({
  /** When today began, by the provider's clock. */
  fromMs: z.int(),
  currency: z.string(),
  sales: z.int(),
  /** Taken in cash; sales from a customer's credit, or by a prompt on the phone, brought none. */
  cashCents: z.int(),
  /** Of it, handed back in cash: it is in the till no more. */
  cashRefundedCents: z.int(),
  /** The newest first, a few of them; also those that are not paid. */
  latest: z.array(soldRow),
  /** What one has asked to be refunded of one's own sales, the newest first, a few of them: also of earlier days. */
  refunds: z.array(
    z.object({
      id: z.string(),
      paymentId: z.string(),
      planName: z.string(),
      amountCents: z.int(),
      currency: z.string(),
      reason: z.string(),
      state: refundView.shape.state,
      /** It was refused by who asked. */
      isWithdrawn: z.boolean(),
      createdAtMs: z.int(),
      changedAtMs: z.int(),
    }),
  ),
});

export const soldToView = z.object({
  /** The newest first, a few of them, of any day. */
  items: z.array(soldRow.extend({ currency: z.string() })),
});

export const ownSaleView = paymentDetail.extend({
  /** The newest text message with its code. Null: none was sent, for want of a number, or of a sender. */
  message: z.object({ state: z.enum(messageStates) }).nullable(),
  /** Where phones on the site's Wi-Fi reach its portal: a code's picture leads there. Null: not known. */
  portalAddress: z.string().nullable(),
  /** For the receipt: a seller reads nothing else of the business. */
  providerName: z.string(),
});

export function ownSalesRoutes(world: World, envelope: Envelope, portalOfSetUp: PortalAddressOf) {
  return [
    route({
      method: "GET",
      path: "/api/v1/own-sales",
      summary: "What one has sold today over the counter, for cash, by a prompt or out of customers' credit",
      permission: "payments.sell",
      response: ownSalesView,
      handle: ({ providerId, actor: { userId }, transact }) =>
        transact((tx) => readOwnSales(tx, { providerId, userId, nowMs: world.clock.wall().atMs })),
    }),
    route({
      method: "GET",
      path: "/api/v1/sold-to",
      summary: "What one has sold oneself over the counter to a phone number, on any day; nobody else's sales",
      permission: "payments.sell",
      query: z.object({ phone: phoneField }),
      response: soldToView,
      handle: ({ query, providerId, partyOf, actor: { userId }, transact }) =>
        transact(async (tx) => {
          const party = partyOf(readPhone(query.phone, await countryOfProvider(tx, providerId)));
          const theirs = soldBy(tx, providerId, userId).where("purchases.phoneHash", "=", party);
          return { items: await readLatest(theirs) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/own-sales/{id}",
      summary: "One's own sale over the counter: whether it is paid, and its code",
      permission: "payments.sell",
      params: z.object({ id: z.string().min(1).max(64) }),
      response: ownSaleView,
      handle: ({ params: { id }, providerId, actor, transact }) =>
        transact(async (tx) => {
          const { payer } = await readOwnSale(tx, { providerId, userId: actor.userId, paymentId: id });
          const payment = await readPayment(envelope, tx, { providerId, actor }, id);
          const sale = { providerId, of: `payment/${id}`, payer, nowMs: world.clock.wall().atMs };
          const portalAddress = await readPortalAddress(tx, payment.siteId, portalOfSetUp);
          const { name: providerName } = await readProviderRow(tx, providerId);
          return { ...payment, message: await readSaleMessage(tx, sale), portalAddress, providerName };
        }),
    }),
  ];
}

interface Seller {
  readonly providerId: string;
  readonly userId: string;
  readonly nowMs: number;
}

async function readOwnSales(tx: Tx, { providerId, userId, nowMs }: Seller): Promise<z.input<typeof ownSalesView>> {
  const { currency, utcOffsetMinutes: offset } = await readProviderRow(tx, providerId);
  const fromMs = startOfDay(nowMs, offset);
  const begun = soldBy(tx, providerId, userId)
    .where("purchases.createdAtMs", ">=", fromMs)
    .where("purchases.currency", "=", currency);
  const wasCash = sql`${ofChannel("purchases", "kind")} = 'cash'`;
  const sums = await begun
    .where("purchases.state", "=", "paid")
    .select([
      sql<number>`count(*)::int`.as("sales"),
      sql<number>`coalesce(sum(amount_cents) filter (where ${wasCash}), 0)::bigint`.as("cash"),
      sql<number>`coalesce(sum(${paidBackOf("purchases", "cash")}) filter (where ${wasCash}), 0)::bigint`.as("back"),
    ])
    .executeTakeFirstOrThrow();
  return {
    fromMs,
    currency,
    sales: sums.sales,
    cashCents: Number(sums.cash),
    cashRefundedCents: Number(sums.back),
    latest: await readLatest(begun),
    refunds: await readAsked(tx, providerId, userId),
  };
}

async function readLatest(sales: ReturnType<typeof soldBy>) {
  const rows = await sales
    .select(["purchases.purchaseId", "purchases.planName", "purchases.amountCents", "purchases.currency"])
    .select(["purchases.phoneMasked", "purchases.state", "purchases.createdAtMs"])
    .select([siteNameOf<string>("purchases").as("siteName"), codeOfPurchase("purchases").as("code")])
    .select(sql<number>`${paidBackOf("purchases")}::bigint`.as("back"))
    .orderBy("purchases.createdAtMs", "desc")
    .orderBy("purchases.purchaseId", "desc")
    .limit(latestMax)
    .execute();
  return rows.map((row) => ({
    id: row.purchaseId,
    planName: row.planName,
    amountCents: row.amountCents,
    currency: row.currency,
    state: row.state,
    refundedCents: Number(row.back),
    siteName: row.siteName,
    codeEnd: row.code?.slice(-4) ?? null,
    phone: row.phoneMasked,
    createdAtMs: row.createdAtMs,
  }));
}

async function readAsked(tx: Tx, providerId: string, userId: string) {
  const rows = await refundsAskedBy(tx, { providerId, userId }, latestMax);
  return rows.map((row) => ({
    id: row.refundId,
    paymentId: row.purchaseId ?? "",
    planName: row.planName,
    amountCents: row.amountCents,
    currency: row.currency,
    reason: row.reason,
    state: row.state,
    isWithdrawn: row.refusedBy === userId,
    createdAtMs: row.createdAtMs,
    changedAtMs: row.changedAtMs,
  }));
}
