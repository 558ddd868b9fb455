/** `/api/v1/own-sales`: what a member of staff has sold today over the counter. Everybody sees their own sales only. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { type PortalAddressOf, readPortalAddress } from "../catalogue/printing/portal-addresses.ts";
import type { Tx } from "../ground/db/database.ts";
import { phoneField, readPhone } from "../ground/http/phone-field.ts";
import { route } from "../ground/http/route.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { messageStates } from "../messaging/message-states.ts";
import { readPayment } from "../money/purchases/payment-routes.ts";
import { paymentDetail, paymentView } from "../money/purchases/payment-view.ts";
import { readOwnSale } from "../money/purchases/purchase-rows.ts";
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
      summary: "What one has sold today over the counter, for cash, by a prompt or from customers' credit",
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
          const theirs = soldBy(tx, providerId, userId).where("purchases.phone_hash", "=", party);
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
  const { currency, utc_offset_minutes: offset } = await readProviderRow(tx, providerId);
  const fromMs = startOfDay(nowMs, offset);
  const begun = soldBy(tx, providerId, userId)
    .where("purchases.created_at_ms", ">=", fromMs)
    .where("purchases.currency", "=", currency);
  const sums = await begun
    .innerJoin("channels", (join) =>
      join
        .onRef("channels.provider_id", "=", "purchases.provider_id")
        .onRef("channels.channel_id", "=", "purchases.channel_id"),
    )
    .where("purchases.state", "=", "paid")
    .select([
      sql<number>`count(*)::int`.as("sales"),
      sql<number>`coalesce(sum(amount_cents) filter (where channels.kind = 'cash'), 0)::bigint`.as("cash"),
      sql<number>`coalesce(sum(${backFor(sql`r.method = 'cash'`)}) filter (where channels.kind = 'cash'), 0)::bigint`.as(
        "back",
      ),
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

const soldBy = (tx: Tx, providerId: string, userId: string) =>
  tx.selectFrom("purchases").where("purchases.provider_id", "=", providerId).where("purchases.sold_by", "=", userId);

async function readLatest(sales: ReturnType<typeof soldBy>) {
  const rows = await sales
    .innerJoin("sites", (join) =>
      join.onRef("sites.provider_id", "=", "purchases.provider_id").onRef("sites.site_id", "=", "purchases.site_id"),
    )
    .leftJoin("grants", (join) =>
      join
        .onRef("grants.provider_id", "=", "purchases.provider_id")
        .onRef("grants.purchase_id", "=", "purchases.purchase_id"),
    )
    .select(["purchases.purchase_id", "purchases.plan_name", "purchases.amount_cents", "purchases.currency"])
    .select(["purchases.phone_masked", "purchases.state", "purchases.created_at_ms"])
    .select(["sites.name as site_name", "grants.code"])
    .select(sql<number>`${backFor(sql`true`)}::bigint`.as("back"))
    .orderBy("purchases.created_at_ms", "desc")
    .orderBy("purchases.purchase_id", "desc")
    .limit(latestMax)
    .execute();
  return rows.map((row) => ({
    id: row.purchase_id,
    planName: row.plan_name,
    amountCents: row.amount_cents,
    currency: row.currency,
    state: row.state,
    refundedCents: Number(row.back),
    siteName: row.site_name,
    codeEnd: row.code?.slice(-4) ?? null,
    phone: row.phone_masked,
    createdAtMs: row.created_at_ms,
  }));
}

async function readAsked(tx: Tx, providerId: string, userId: string) {
  const rows = await tx
    .selectFrom("refunds")
    .innerJoin("purchases", (join) =>
      join
        .onRef("purchases.provider_id", "=", "refunds.provider_id")
        .onRef("purchases.purchase_id", "=", "refunds.purchase_id"),
    )
    .selectAll("refunds")
    .select("purchases.plan_name")
    .where("refunds.provider_id", "=", providerId)
    .where("refunds.asked_by", "=", userId)
    .where("purchases.sold_by", "=", userId)
    .orderBy("refunds.refund_id", "desc")
    .limit(latestMax)
    .execute();
  return rows.map((row) => ({
    id: row.refund_id,
    paymentId: row.purchase_id ?? "",
    planName: row.plan_name,
    amountCents: row.amount_cents,
    currency: row.currency,
    reason: row.reason,
    state: row.state,
    isWithdrawn: row.refused_by === userId,
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  }));
}

/** What was refunded of a purchase in these ways. */
const backFor = (way: ReturnType<typeof sql>) => sql<number>`(select coalesce(sum(r.amount_cents), 0) from refunds r
  where r.provider_id = purchases.provider_id and r.purchase_id = purchases.purchase_id and r.state = 'done' and ${way})`;
